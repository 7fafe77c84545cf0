import {
  knowledgeCondition,
  nothingFits,
  passagesOf,
  type Retrieval,
  type Retrieved,
  unlessDamaged,
} from '../knowledge/index.ts';
import { isoTime } from '../platform/clock.ts';
import { CallerError } from '../platform/errors.ts';
import type { ModeName, WorkspaceId } from '../platform/ids.ts';
import {
  ModelError,
  type ModelInput,
  type ModelRequest,
  type ModelUsage,
  passagesAsData,
  searchTool,
  type ToolCall,
} from '../platform/models/model.ts';
import { unlessAborted } from '../platform/within.ts';
import { recentWorkspace } from '../tenants/index.ts';
import { type TextToken, AnswerText } from './answer-text.ts';
import { type AttachedFile, passagesIn } from './attached.ts';
import { Bill } from './bill.ts';
import { followable } from './cited-addresses.ts';
import type { AssistantEffects } from './effects.ts';
import { deferTool, type Escalation, ModelChoice, type Tier } from './escalate.ts';
import { rebuildingText } from './extracts/phrases.ts';
import { Findings } from './findings.ts';
import { type HistoryMessage, historyAsInput } from './history.ts';
import { instructionsFor } from './instructions.ts';
import type { Mode, Source } from './schema.ts';
import { recentMode } from './store.ts';
import { firstQuery, usablePassages } from './search.ts';
import { mayUse } from './usable-sites.ts';
import { cut, isLonger } from '../platform/portable/text-length.ts';

export interface AnswerRequest {
  readonly workspace: WorkspaceId;
  readonly mode: ModeName;
  readonly question: string;
  /** The messages before the question, oldest first. The mode decides how many of the last ones are used. */
  readonly history: readonly HistoryMessage[];
  /** The summary of the messages before those: see `summarise`. */
  readonly summary?: string | undefined;
  /** The tag that the visitor chose. A tag that the mode does not have is ignored. */
  readonly tag?: string | undefined;
  /** The visitor's files. Ignored where the mode takes no files. */
  readonly files?: readonly AttachedFile[] | undefined;
  /** The workspace's tier. Without it the tier is read. */
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
  | TextToken
  /** Always the last event. `text` is all tokens together; `sources` are the passages that it cites. */
  | {
      readonly type: 'final';
      readonly text: string;
      readonly sources: Source[];
      /** The model that wrote the text. */
      readonly model: string;
      /** The tokens of all requests, to both models. */
      readonly usage: ModelUsage;
      /** Millionths of a US dollar. Null when the price is not known (`prices.ts`). */
      readonly costMicros: number | null;
      /** Why the strong model wrote the text, when the small one was asked first. */
      readonly escalated?: Escalation;
    };

const limits = {
  questionCharacters: 8000,
  queryCharacters: 1000,
  /** The most passages of the documents that every answer takes into account. */
  alwaysPassages: 12,
  /** How often the model may search again before it must answer. */
  searches: 3,
};

/** The name of the first search, which is for the question itself, in events. */
const firstSearch = 'rag.search';

/**
 * Answers a question from the workspace's knowledge, as a stream. The small model answers. The strong model takes over,
 * at most once and before the first token, when the small one defers or when nothing found is about the question. A
 * strong model that fails before its first token gives way to the small one. Throws a `CallerError` for a question that
 * can not be asked (blank, too long, unknown mode), a `ModelError` when the provider fails, and the signal's reason as
 * soon as it is aborted; that also ends the provider's request.
 */
export async function* answer(
  request: AnswerRequest,
  effects: AssistantEffects,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, void, undefined> {
  signal.throwIfAborted();
  const { workspace, question, summary } = request;
  if (question.trim() === '') throw new CallerError('invalid', 'the question is empty');
  if (isLonger(question, limits.questionCharacters))
    throw new CallerError('too_large', `the question is longer than ${limits.questionCharacters} characters`);
  const [mode, tier] = await Promise.all([modeOf(request, effects), tierOf(request, effects)]);
  const findings = new Findings();

  async function* search(tool: string, query: string): AsyncGenerator<AnswerEvent, Search, undefined> {
    yield { type: 'tool_start', tool, input: { query } };
    const retrieval = await unlessAborted(usablePassages(workspace, mode, query, effects), signal);
    const sources = [...new Set(retrieval.passages.map(({ documentId }) => documentId))];
    yield { type: 'tool_end', tool, output: { sources, chunks: retrieval.passages.length } };
    return { retrieval, passages: findings.add(retrieval.passages) };
  }

  const [always, choice] = await Promise.all([
    unlessAborted(alwaysIncluded(workspace, mode, effects), signal),
    ModelChoice.make(mode, tier, effects),
  ]);
  const tag = mode.tags.find(known => known === request.tag);
  const query = firstQuery(mode, question, tag);
  const found = yield* search(firstSearch, query);
  const attached = mode.allow_file_upload ? passagesIn(request.files ?? [], question) : [];
  const given = findings.add([...attached, ...always]);
  const passages = [...new Set([...given.slice(0, attached.length), ...found.passages, ...given])];
  const history = mode.history_messages === 0 ? [] : request.history.slice(-mode.history_messages);

  // A search is no evidence alone for a follow-up question, which needs what was said before, or where other documents
  // may hold the answer.
  const isJudged = choice.mayEscalate && history.length === 0 && given.length === 0;
  if (
    isJudged &&
    (await nothingFits(workspace, { mode: mode.name, question: query }, found.retrieval, effects))
  )
    choice.escalate('unsupported');

  const input: ModelInput[] = [...historyAsInput(history), { role: 'user', text: question }];
  const written = new AnswerText(findings);
  const bill = new Bill(effects);
  let hasBegun = false;
  let isCutOff = false;

  for (let searches = 0; ; ) {
    const calls: ToolCall[] = [];
    // Text that the model wrote before a search becomes a paragraph of its own.
    let gap = written.text === '' ? '' : '\n\n';
    const mayDefer = choice.mayEscalate && !hasBegun && searches < limits.searches;
    const model = choice.current;
    const asked: ModelRequest = {
      instructions: instructionsFor(mode, {
        today: isoTime(effects.clock.now()).slice(0, 10),
        tag,
        mayDefer,
      }),
      input,
      passages,
      tools: mayDefer ? [searchTool, deferTool] : [searchTool],
      toolChoice: searches < limits.searches ? 'auto' : 'none',
      maxOutputTokens: mode.max_tokens,
      ...(summary === undefined || summary === '' || mode.history_messages === 0 ? {} : { summary }),
      ...(mode.temperature === undefined ? {} : { temperature: mode.temperature }),
    };
    try {
      for await (const event of model.respond(asked, signal)) {
        signal.throwIfAborted();
        if (event.type === 'text') {
          hasBegun = true;
          yield* written.push(gap + event.text);
          gap = '';
        } else if (event.type === 'tool_call') {
          calls.push(event.call);
        } else {
          bill.add(model.name, event.usage);
          isCutOff = event.reason === 'length';
        }
      }
    } catch (error) {
      if (hasBegun || !choice.fallBack(error)) throw error;
      continue;
    }
    if (mayDefer && !hasBegun && calls.some(({ name }) => name === deferTool.name)) {
      choice.escalate('deferred');
      continue;
    }
    if (calls.length === 0 || searches === limits.searches) break;
    searches += 1;
    for (const call of calls) {
      const wanted = queryOf(call);
      const more = wanted === undefined ? undefined : (yield* search(searchTool.name, wanted)).passages;
      const output = more === undefined ? badCall : passagesAsData(more);
      input.push({ role: 'tool', call, output, ...(more ? { passages: more } : {}) });
    }
  }

  yield* written.end(isCutOff ? ' …' : '');
  const isBare = written.text.trim() !== '' && written.sources.length === 0;
  if (isBare && (await isBeingRebuilt(workspace, effects)))
    yield* written.end(`\n\n${rebuildingText(question)}`);
  const { text, sources } = written;
  const model = choice.current.name;
  if (text.trim() === '')
    throw new ModelError('garbled', 'The model gave no answer. Ask again, or in other words.', { model });
  if (sources.length === 0) effects.metrics.add('AnswerWithoutSupport', 1, 'Count');
  const { usage, costMicros } = bill;
  yield {
    type: 'final',
    text,
    sources,
    model,
    usage,
    costMicros,
    ...(choice.escalated === undefined ? {} : { escalated: choice.escalated }),
  };
}

interface Search {
  readonly retrieval: Retrieval;
  /** Numbered for this answer. */
  readonly passages: readonly Retrieved[];
}

async function modeOf({ workspace, mode: name }: AnswerRequest, effects: AssistantEffects): Promise<Mode> {
  const mode = await recentMode(workspace, name, effects);
  if (!mode) throw new CallerError('not_found', `no such mode: ${name}`);
  return mode;
}

/** An unknown workspace counts as the tier that costs least. */
const tierOf = async ({ workspace, tier }: AnswerRequest, effects: AssistantEffects): Promise<Tier> =>
  tier ?? (await recentWorkspace(workspace, effects))?.tier ?? 'free';

/** Only asked for an answer without sources. When this is not known, the answer stays as it is. */
const isBeingRebuilt = (workspace: WorkspaceId, effects: AssistantEffects): Promise<boolean> =>
  knowledgeCondition(workspace, effects).then(
    condition => condition === 'rebuilding',
    (error: unknown) => {
      effects.log.error('answer.index_unknown', error, { workspace });
      return false;
    },
  );

async function alwaysIncluded(
  workspace: WorkspaceId,
  mode: Mode,
  effects: AssistantEffects,
): Promise<Retrieved[]> {
  if (mode.always_include.length === 0) return [];
  const choice = { mode: mode.name, documents: mode.always_include, limit: limits.alwaysPassages };
  const found = await unlessDamaged(workspace, passagesOf(workspace, choice, effects), [], effects);
  return followable(
    found.filter(({ url }) => mayUse(mode, url)),
    effects,
  );
}

const badCall = JSON.stringify({ error: 'the call must be {"query": "words to look for"}' });

/** The query of the model's tool call. Undefined where the call is not a valid search. */
function queryOf({ name, arguments: text }: ToolCall): string | undefined {
  if (name !== searchTool.name) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    const query =
      typeof parsed === 'object' && parsed !== null && 'query' in parsed ? parsed.query : undefined;
    if (typeof query !== 'string' || query.trim() === '') return undefined;
    return cut(query.trim(), limits.queryCharacters).toWellFormed();
  } catch {
    // The model did not write JSON. It is told so, and may call again.
    return undefined;
  }
}
