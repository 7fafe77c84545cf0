import { type Retrieved, retrieve } from '../knowledge/index.ts';
import { isoTime } from '../platform/clock.ts';
import { CallerError } from '../platform/errors.ts';
import type { ModeName, WorkspaceId } from '../platform/ids.ts';
import {
  ModelError,
  type ModelInput,
  type ModelUsage,
  passagesAsData,
  searchTool,
  type ToolCall,
} from '../platform/model.ts';
import { unlessAborted } from '../platform/models/watchdog.ts';
import { CitationFilter } from './citations.ts';
import type { AssistantEffects } from './effects.ts';
import { Findings } from './findings.ts';
import { type HistoryMessage, historyAsInput } from './history.ts';
import { instructionsFor } from './instructions.ts';
import { getMode } from './modes.ts';
import type { Source } from './schema.ts';
import { sourcesOf } from './sources.ts';

export interface AnswerRequest {
  readonly workspace: WorkspaceId;
  readonly mode: ModeName;
  readonly question: string;
  /** The messages before the question, oldest first, as many as the caller wants considered. */
  readonly history: readonly HistoryMessage[];
}

export type AnswerEvent =
  | { readonly type: 'tool_start'; readonly tool: string; readonly input: { readonly query: string } }
  /** `sources`: ids of the documents found, best first, each once. `chunks`: how many passages. */
  | {
      readonly type: 'tool_end';
      readonly tool: string;
      readonly output: { readonly sources: string[]; readonly chunks: number };
    }
  | { readonly type: 'token'; readonly text: string }
  /** Always the last event. `text` is what the tokens make together; `sources` are the passages that it cites. */
  | {
      readonly type: 'final';
      readonly text: string;
      readonly sources: Source[];
      readonly model: string;
      readonly usage: ModelUsage;
    };

const limits = {
  questionCharacters: 8000,
  queryCharacters: 1000,
  outputTokens: 1024,
  passages: 5,
  /** How often the model may search again before it must answer. */
  searches: 3,
};

/** The name under which the first search, for the question itself, is reported. */
const firstSearch = 'rag.search';

/**
 * Answers a question from the workspace's knowledge, as a stream. Throws a `CallerError` for a question that can not be
 * asked (blank, too long, of a mode that is not there), a `ModelError` when the provider fails, and the signal's reason
 * as soon as it is aborted, which also ends the provider's request.
 */
export async function* answer(
  { workspace, mode: name, question, history }: AnswerRequest,
  effects: AssistantEffects,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, void, undefined> {
  signal.throwIfAborted();
  if (question.trim() === '') throw new CallerError('invalid', 'the question is empty');
  if (question.length > limits.questionCharacters)
    throw new CallerError('too_large', `the question is longer than ${limits.questionCharacters} characters`);
  const mode = await getMode(workspace, name, effects);
  if (!mode) throw new CallerError('not_found', `no such mode: ${name}`);
  const findings = new Findings();

  async function* search(tool: string, query: string): AsyncGenerator<AnswerEvent, Retrieved[], undefined> {
    yield { type: 'tool_start', tool, input: { query } };
    const found = await unlessAborted(
      retrieve(workspace, { mode: name, question: query, limit: limits.passages }, effects),
      signal,
    );
    const sources = [...new Set(found.map(({ documentId }) => documentId))];
    yield { type: 'tool_end', tool, output: { sources, chunks: found.length } };
    return findings.add(found);
  }

  const passages = yield* search(firstSearch, question);
  const model = await effects.models.choose();
  const input: ModelInput[] = [...historyAsInput(history), { role: 'user', text: question }];
  const filter = new CitationFilter(n => findings.get(n) !== undefined);
  const usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };
  let text = '';
  let cut = false;

  for (let searches = 0; ; searches += 1) {
    const calls: ToolCall[] = [];
    let apart = text === '' ? '' : '\n\n';
    const request = {
      instructions: instructionsFor(mode, isoTime(effects.clock.now()).slice(0, 10)),
      input,
      passages,
      tools: [searchTool],
      toolChoice: searches < limits.searches ? ('auto' as const) : ('none' as const),
      maxOutputTokens: limits.outputTokens,
    };
    for await (const event of model.respond(request, signal)) {
      signal.throwIfAborted();
      if (event.type === 'text') {
        // What was said before a search is a paragraph of its own.
        const shown = filter.push(apart + event.text);
        apart = '';
        if (shown === '') continue;
        text += shown;
        yield { type: 'token', text: shown };
      } else if (event.type === 'tool_call') {
        calls.push(event.call);
      } else {
        usage.inputTokens += event.usage.inputTokens;
        usage.outputTokens += event.usage.outputTokens;
        usage.cachedInputTokens += event.usage.cachedInputTokens;
        cut = event.reason === 'length';
      }
    }
    if (calls.length === 0 || searches === limits.searches) break;
    for (const call of calls) {
      const query = queryOf(call);
      const found = query === undefined ? undefined : yield* search(searchTool.name, query);
      const output = found === undefined ? badCall : passagesAsData(found);
      input.push({ role: 'tool', call, output, ...(found ? { passages: found } : {}) });
    }
  }

  const rest = filter.end() + (cut ? ' …' : '');
  if (rest !== '') {
    text += rest;
    yield { type: 'token', text: rest };
  }
  if (text.trim() === '')
    throw new ModelError('garbled', 'The model gave no answer. Ask again, or in other words.');
  const sources = sourcesOf(text, filter.cited, findings);
  report(model.name, usage, sources.length > 0, effects);
  yield { type: 'final', text, sources, model: model.name, usage };
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

function report(model: string, usage: ModelUsage, supported: boolean, { metrics }: AssistantEffects): void {
  metrics.add('InputTokens', usage.inputTokens, 'Count', { model });
  metrics.add('OutputTokens', usage.outputTokens, 'Count', { model });
  if (!supported) metrics.add('AnswerWithoutSupport', 1, 'Count');
}
