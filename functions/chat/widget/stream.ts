import type { WorkspaceId } from '../../platform/ids.ts';
import { follow } from '../run/follow.ts';
import type { RunEffects } from '../run/effects.ts';
import type { StoredEvent, Turn } from '../run/turn.ts';
import type { WidgetEvent } from './schema.ts';
import { getTurn } from '../run/thread-store.ts';
import { streamErrorCode } from './errors.ts';
import { widgetSourceOf } from './source.ts';

/**
 * The events of a run, as events of a widget. They have the numbers of the run's log, so a client that comes back with
 * the last one misses nothing. Where one event of the log becomes several, the last has the number, so that none is
 * skipped when the connection breaks between them.
 */
export async function* widgetFrames(
  workspace: WorkspaceId,
  turn: Turn,
  { start, cursor }: { start: Extract<WidgetEvent, { event: 'start' }>['data']; cursor: number },
  gone: AbortSignal,
  effects: RunEffects,
): AsyncGenerator<string, void, undefined> {
  yield frame({ event: 'start', data: start });
  let failed = false;
  for await (const update of follow(workspace, turn, cursor, gone, effects)) {
    if (update.type === 'done') {
      if (update.status === 'done') yield 'event: done\ndata: [DONE]\n\n';
      // The client came back after the error, and did not know yet that this was the end.
      else if (!failed) yield frame(await failureEvent(workspace, turn, effects));
      return;
    }
    let frames = '';
    for (const event of update.events) {
      const events = await eventsOf(workspace, turn, event, effects);
      failed ||= events.at(-1)?.event === 'error';
      frames += events.map((one, i) => frame(one, i === events.length - 1 ? event.seq : undefined)).join('');
    }
    if (frames !== '') yield frames;
  }
}

async function eventsOf(
  workspace: WorkspaceId,
  turn: Turn,
  event: StoredEvent,
  effects: RunEffects,
): Promise<WidgetEvent[]> {
  switch (event.type) {
    case 'token': {
      const { text, sources } = event.data;
      return [{ event: 'chunk', data: sources ? { text, sources: sources.map(widgetSourceOf) } : { text } }];
    }
    case 'state':
      return event.data.reset ? [{ event: 'reset', data: { attempt: event.data.attempt ?? 1 } }] : [];
    case 'final':
      return [
        { event: 'sources', data: event.data.sources.map(widgetSourceOf) },
        ...usageOf(await getTurn(workspace, turn.thread, turn.n, effects)),
      ];
    case 'error':
    case 'canceled':
      return [await failureEvent(workspace, turn, effects)];
    case 'tool_start':
    case 'tool_end':
      return [];
    default:
      throw new Error(`the log holds an event of an unknown type: ${JSON.stringify(event satisfies never)}`);
  }
}

function usageOf(turn: Turn | undefined): WidgetEvent[] {
  if (!turn?.usage) return [];
  const { inputTokens, outputTokens, cachedInputTokens } = turn.usage;
  const data = {
    promptTokens: inputTokens,
    completionTokens: outputTokens,
    totalTokens: inputTokens + outputTokens,
    cached: cachedInputTokens > 0,
  };
  return [{ event: 'usage', data }];
}

async function failureEvent(workspace: WorkspaceId, turn: Turn, effects: RunEffects): Promise<WidgetEvent> {
  const ended = await getTurn(workspace, turn.thread, turn.n, effects);
  if (ended?.status === 'canceled') {
    return { event: 'error', data: { code: 'CANCELED', message: 'The question was canceled.' } };
  }
  const message = ended?.error ?? 'The answer failed; ask again.';
  return { event: 'error', data: { code: streamErrorCode(ended?.failure), message } };
}

const frame = ({ event, data }: WidgetEvent, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
