import type { Message, RunStatus, Source } from '../shared/api.ts';
import type { StreamEvent } from '../../functions/platform/portable/event-stream.ts';
import { withMore } from '../shared/sources.ts';

/**
 * The state of a question. `unsent`: the server may not have it. The states from `sending` to `answering` change by
 * themselves, the others are final.
 */
export type Phase =
  | 'sending'
  | 'waiting'
  | 'searching'
  | 'reading'
  | 'answering'
  | 'done'
  | 'failed'
  | 'canceled'
  | 'unsent';

/** A question and all that is known of its answer. */
export interface Turn {
  /** It stays the same while the turn is on the page, also after the run has got an id. */
  readonly key: string;
  readonly question: string;
  readonly run?: string | undefined;
  readonly phase: Phase;
  readonly text: string;
  readonly sources: readonly Source[];
  /** Why there is no answer, fit to be read. */
  readonly failure?: string | undefined;
  /** What the assistant does at the moment, in place of the phase's usual words. */
  readonly activity?: string | undefined;
}

export const isSettled = ({ phase }: Turn): boolean =>
  phase === 'done' || phase === 'failed' || phase === 'canceled' || phase === 'unsent';

export const askedTurn = (key: string, question: string): Turn => ({
  key,
  question,
  phase: 'sending',
  text: '',
  sources: [],
});

/** A thread's messages as turns; a run that goes on is `waiting` for its events. */
export function turnsOf(messages: readonly Message[]): Turn[] {
  const answers = new Map(
    messages.filter(({ role }) => role === 'assistant').map(message => [message.run_id, message]),
  );
  return messages
    .filter(({ role }) => role === 'user')
    .map(({ run_id, content, status, error }) => {
      const answer = answers.get(run_id);
      return {
        key: run_id,
        run: run_id,
        question: content,
        phase: phases[status],
        text: answer?.content ?? '',
        sources: answer?.sources ?? [],
        failure: error ?? undefined,
      };
    });
}

const phases = {
  queued: 'waiting',
  running: 'waiting',
  done: 'done',
  error: 'failed',
  canceled: 'canceled',
} as const satisfies Record<RunStatus, Phase>;

const phaseOf = (status: unknown): Phase | undefined =>
  typeof status === 'string' && status in phases ? phases[status as RunStatus] : undefined;

/** The turn after an event of its run; events come once each and in order. An unknown event changes nothing. */
export function applyEvent(turn: Turn, { type, data }: StreamEvent): Turn {
  switch (type) {
    case 'state':
      return applyState(turn, data);
    case 'tool_start':
      return { ...turn, phase: 'searching', activity: toolActivity(data['tool']) };
    case 'tool_end':
      return { ...turn, phase: 'reading', activity: foundActivity(data['output']) };
    case 'token':
      return {
        ...turn,
        phase: 'answering',
        text: turn.text + text(data['text']),
        sources: withMore(turn.sources, sourcesIn(data['sources'])),
      };
    case 'final':
      return { ...turn, phase: 'answering', text: text(data['text']), sources: sourcesIn(data['sources']) };
    case 'error':
      return { ...turn, phase: 'failed', failure: text(data['error']) };
    case 'canceled':
      return { ...turn, phase: 'canceled' };
    default:
      return turn;
  }
}

/** The turn after the end of its stream. */
export const applyEnd = (turn: Turn, status: string): Turn => ({ ...turn, phase: phaseOf(status) ?? 'done' });

function applyState(turn: Turn, data: StreamEvent['data']): Turn {
  // Another attempt took over: the text of the one before is void.
  if (data['reset'] === true) {
    return {
      ...turn,
      phase: 'waiting',
      text: '',
      sources: [],
      failure: undefined,
      activity: 'Starting the answer again',
    };
  }
  const phase = phaseOf(data['status']);
  return phase && phase !== 'waiting' ? { ...turn, phase } : turn;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const toolActivity = (tool: unknown): string =>
  tool === 'rag.search' || typeof tool !== 'string' ? 'Searching the knowledge' : `Using ${tool}`;

function foundActivity(output: unknown): string {
  const chunks = typeof output === 'object' && output && 'chunks' in output ? Number(output.chunks) : 0;
  if (chunks > 1) return `Reading ${chunks} passages`;
  return chunks === 1 ? 'Reading one passage' : 'Nothing found, thinking it over';
}

/** Sources come from our own server, yet a page must not break on one that lacks a field. */
function sourcesIn(value: unknown): Source[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (item: unknown): item is Source =>
      typeof item === 'object' &&
      item !== null &&
      'n' in item &&
      typeof item.n === 'number' &&
      'url' in item &&
      typeof item.url === 'string',
  );
}
