import { passagesOf, type Retrieved, retrieve } from '../knowledge/index.ts';
import { isoTime } from '../platform/clock.ts';
import { CallerError } from '../platform/errors.ts';
import type { ModeName, WorkspaceId } from '../platform/ids.ts';
import {
  type Model,
  ModelError,
  type ModelInput,
  type ModelUsage,
  passagesAsData,
  searchTool,
  type ToolCall,
} from '../platform/models/model.ts';
import { unlessAborted } from '../platform/within.ts';
import { recentWorkspace } from '../tenants/index.ts';
import { type AttachedFile, passagesIn } from './attached.ts';
import { Bill } from './bill.ts';
import { CitationFilter } from './citations.ts';
import type { AssistantEffects } from './effects.ts';
import {
  deferTool,
  type Escalation,
  firstChoice,
  isUnsupported,
  mayEscalate,
  type Tier,
} from './escalate.ts';
import { Findings } from './findings.ts';
import { type HistoryMessage, historyAsInput } from './history.ts';
import { instructionsFor } from './instructions.ts';
import type { Mode, Source } from './schema.ts';
import { sourcesOf } from './sources.ts';
import { recentMode } from './store.ts';
import { hasSiteRules, mayUse } from './usable-sites.ts';

export interface AnswerRequest {
  readonly workspace: WorkspaceId;
  readonly mode: ModeName;
  readonly question: string;
  /** The messages before the question, oldest first; the mode says how many of the last ones are read. */
  readonly history: readonly HistoryMessage[];
  /** What `summarise` made of the messages before those. */
  readonly summary?: string | undefined;
  /** The subject that the visitor chose; one that the mode does not have is ignored. */
  readonly tag?: string | undefined;
  /** What the visitor sends along; ignored where the mode takes no files. */
  readonly files?: readonly AttachedFile[] | undefined;
  /** Of the workspace; without it the workspace is asked. */
  readonly tier?: Tier;
}

export type AnswerEvent =
  | { readonly type: 'tool_start'; readonly tool: string; readonly input: { readonly query: string } }
  /** `sources`: ids of the documents found, best first, each once. `chunks`: how many passages. */
  | {
      readonly type: 'tool_end';
      readonly tool: string;
      readonly output: { readonly sources: string[]; readonly chunks: number };
    }
  /** `sources`: of the citations that the text is the first to make, so far as can be said before the answer is whole. */
  | { readonly type: 'token'; readonly text: string; readonly sources?: readonly Source[] }
  /** Always the last event. `text` is what the tokens make together; `sources` are the passages that it cites. */
  | {
      readonly type: 'final';
      readonly text: string;
      readonly sources: Source[];
      /** That wrote the text. */
      readonly model: string;
      /** Of all requests, to whichever model. */
      readonly usage: ModelUsage;
      /** Millionths of a US dollar; null when nobody can say (`prices.ts`). */
      readonly costMicros: number | null;
      /** Why the strong model wrote it, where the small one was asked first. */
      readonly escalated?: Escalation;
    };

const limits = {
  questionCharacters: 8000,
  queryCharacters: 1000,
  passages: 5,
  /** So many times more are looked for where some may not be used. */
  spare: 4,
  /** Of the documents that every answer takes into account. */
  alwaysPassages: 12,
  /** How often the model may search again before it must answer. */
  searches: 3,
};

/** The name under which the first search, for the question itself, is reported. */
const firstSearch = 'rag.search';

/**
 * Answers a question from the workspace's knowledge, as a stream. Throws a `CallerError` for a question that can not be
 * asked (blank, too long, of a mode that is not there), a `ModelError` when the provider fails, and the signal's reason
 * as soon as it is aborted, which also ends the provider's request. The small model answers; the strong one takes
 * over, once and before the first token, where the small one hands the question over or nothing found supports an answer.
 */
export async function* answer(
  request: AnswerRequest,
  effects: AssistantEffects,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, void, undefined> {
  signal.throwIfAborted();
  const { workspace, question, summary } = request;
  if (question.trim() === '') throw new CallerError('invalid', 'the question is empty');
  if (question.length > limits.questionCharacters)
    throw new CallerError('too_large', `the question is longer than ${limits.questionCharacters} characters`);
  const [mode, tier] = await Promise.all([modeOf(request, effects), tierOf(request, effects)]);
  const findings = new Findings();

  async function* search(tool: string, query: string): AsyncGenerator<AnswerEvent, Retrieved[], undefined> {
    yield { type: 'tool_start', tool, input: { query } };
    const found = await unlessAborted(usablePassages(workspace, mode, query, effects), signal);
    const sources = [...new Set(found.map(({ documentId }) => documentId))];
    yield { type: 'tool_end', tool, output: { sources, chunks: found.length } };
    return findings.add(found);
  }

  const [always, models] = await Promise.all([
    unlessAborted(alwaysIncluded(workspace, mode, effects), signal),
    modelsFor(mode, tier, effects),
  ]);
  const tag = mode.tags.find(known => known === request.tag);
  const found = yield* search(firstSearch, tag === undefined ? question : `${question} ${tag}`);
  const attached = mode.allow_file_upload ? passagesIn(request.files ?? [], question) : [];
  const passages = [...new Set([...findings.add(attached), ...found, ...findings.add(always)])];
  const history = mode.history_messages === 0 ? [] : request.history.slice(-mode.history_messages);

  let { model, rival } = models;
  let escalated: Escalation | undefined;
  const escalate = (to: Model, why: Escalation) => {
    effects.log.info('answer.escalated', { from: model.name, to: to.name, why });
    effects.metrics.add('AnswerEscalated', 1, 'Count', { why });
    model = to;
    rival = undefined;
    escalated = why;
  };
  if (rival && (await isUnsupported(question, history, passages))) escalate(rival, 'unsupported');

  const input: ModelInput[] = [...historyAsInput(history), { role: 'user', text: question }];
  const filter = new CitationFilter(n => findings.get(n) !== undefined);
  const bill = new Bill(effects);
  let text = '';
  let known = 0;
  const told = (shown: string): AnswerEvent => {
    text += shown;
    const { cited } = filter;
    if (cited.length === known) return { type: 'token', text: shown };
    const sources = sourcesOf(text, cited, findings).slice(known);
    known = cited.length;
    return { type: 'token', text: shown, sources };
  };
  let spoken = false;
  let cut = false;

  for (let searches = 0; ; ) {
    const calls: ToolCall[] = [];
    let apart = text === '' ? '' : '\n\n';
    const mayDefer = rival !== undefined && !spoken && searches < limits.searches;
    const asked = {
      instructions: instructionsFor(mode, {
        today: isoTime(effects.clock.now()).slice(0, 10),
        tag,
        mayDefer,
      }),
      input,
      passages,
      tools: mayDefer ? [searchTool, deferTool] : [searchTool],
      toolChoice: searches < limits.searches ? ('auto' as const) : ('none' as const),
      maxOutputTokens: mode.max_tokens,
      ...(summary === undefined || summary === '' || mode.history_messages === 0 ? {} : { summary }),
      ...(mode.temperature === undefined ? {} : { temperature: mode.temperature }),
    };
    for await (const event of model.respond(asked, signal)) {
      signal.throwIfAborted();
      if (event.type === 'text') {
        spoken = true;
        // What was said before a search is a paragraph of its own.
        const shown = filter.push(apart + event.text);
        apart = '';
        if (shown !== '') yield told(shown);
      } else if (event.type === 'tool_call') {
        calls.push(event.call);
      } else {
        bill.add(model.name, event.usage);
        cut = event.reason === 'length';
      }
    }
    if (rival && mayDefer && !spoken && calls.some(({ name }) => name === deferTool.name)) {
      escalate(rival, 'deferred');
      continue;
    }
    if (calls.length === 0 || searches === limits.searches) break;
    searches += 1;
    for (const call of calls) {
      const query = queryOf(call);
      const more = query === undefined ? undefined : yield* search(searchTool.name, query);
      const output = more === undefined ? badCall : passagesAsData(more);
      input.push({ role: 'tool', call, output, ...(more ? { passages: more } : {}) });
    }
  }

  const rest = filter.end() + (cut ? ' …' : '');
  if (rest !== '') yield told(rest);
  if (text.trim() === '')
    throw new ModelError('garbled', 'The model gave no answer. Ask again, or in other words.', {
      model: model.name,
    });
  const sources = sourcesOf(text, filter.cited, findings);
  if (sources.length === 0) effects.metrics.add('AnswerWithoutSupport', 1, 'Count');
  const { usage, costMicros } = bill;
  yield {
    type: 'final',
    text,
    sources,
    model: model.name,
    usage,
    costMicros,
    ...(escalated === undefined ? {} : { escalated }),
  };
}

async function modeOf({ workspace, mode: name }: AnswerRequest, effects: AssistantEffects): Promise<Mode> {
  const mode = await recentMode(workspace, name, effects);
  if (!mode) throw new CallerError('not_found', `no such mode: ${name}`);
  return mode;
}

/** A workspace that is not known has what costs least. */
const tierOf = async ({ workspace, tier }: AnswerRequest, effects: AssistantEffects): Promise<Tier> =>
  tier ?? (await recentWorkspace(workspace, effects))?.tier ?? 'free';

/** The model that answers, and the one that may take over from it. What quotes without a key has no stronger self. */
async function modelsFor(
  mode: Mode,
  tier: Tier,
  { models }: AssistantEffects,
): Promise<{ model: Model; rival: Model | undefined }> {
  const model = await models.choose(firstChoice(mode, tier));
  const strong = mayEscalate(mode, tier) ? await models.choose('strong') : undefined;
  const rival = strong?.name === model.name || model.name === 'extractive' ? undefined : strong;
  return { model, rival };
}

/** What the mode may use of what is found. */
async function usablePassages(
  workspace: WorkspaceId,
  mode: Mode,
  question: string,
  effects: AssistantEffects,
): Promise<Retrieved[]> {
  const limit = limits.passages * (hasSiteRules(mode) ? limits.spare : 1);
  const found = await retrieve(workspace, { mode: mode.name, question, limit }, effects);
  return found.filter(({ url }) => mayUse(mode, url)).slice(0, limits.passages);
}

async function alwaysIncluded(
  workspace: WorkspaceId,
  mode: Mode,
  effects: AssistantEffects,
): Promise<Retrieved[]> {
  if (mode.always_include.length === 0) return [];
  const choice = { mode: mode.name, documents: mode.always_include, limit: limits.alwaysPassages };
  return (await passagesOf(workspace, choice, effects)).filter(({ url }) => mayUse(mode, url));
}

const badCall = JSON.stringify({ error: 'the call must be {"query": "words to look for"}' });

/** The query of a call as the model wrote it; undefined where it is not one. */
function queryOf({ name, arguments: text }: ToolCall): string | undefined {
  if (name !== searchTool.name) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    const query =
      typeof parsed === 'object' && parsed !== null && 'query' in parsed ? parsed.query : undefined;
    if (typeof query !== 'string' || query.trim() === '') return undefined;
    return query.trim().slice(0, limits.queryCharacters).toWellFormed();
  } catch {
    // The model wrote no JSON: it is told so, and may call again.
    return undefined;
  }
}
