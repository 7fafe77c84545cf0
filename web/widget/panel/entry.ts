import type { StreamEvent } from '../../../functions/platform/portable/event-stream.ts';
import { withMore } from '../../shared/sources.ts';

/** A source of an answer, as the server sends it. `n` is its number in the text. */
export interface Source {
  readonly n: number;
  readonly title: string;
  readonly url: string;
  readonly excerpt?: string | undefined;
}

/**
 * A question, or an answer. `sending`: the server may not have the question yet. `answering`: the answer comes by the
 * stream at `resume`. The other states are final. `stopped`: the text is what had come when the visitor stopped it.
 */
export interface Entry {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  readonly content: string;
  readonly sources: readonly Source[];
  /** The names of what went with a question. */
  readonly files?: readonly string[] | undefined;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly state: 'sending' | 'answering' | 'done' | 'stopped' | 'failed';
  readonly resume?: string | undefined;
  /** Why there is no answer, fit to be read. */
  readonly failure?: string | undefined;
}

export const isOpen = ({ state }: Entry): boolean => state === 'sending' || state === 'answering';

/** The text in place of an answer that failed for a reason which does not concern the visitor. */
export const apology = 'Sorry, something went wrong and there is no answer. Please try again.';

/** The answer after an event of its stream; an unknown event changes nothing. */
export function applyEvent(entry: Entry, { type, data }: StreamEvent): Entry {
  switch (type) {
    case 'start':
      return { ...entry, state: 'answering', resume: text(data['resume']) || entry.resume };
    case 'reset':
      // Another attempt took over: the text of the one before is void.
      return { ...entry, content: '', sources: [] };
    case 'chunk':
      return {
        ...entry,
        state: 'answering',
        content: entry.content + text(data['text']),
        sources: withMore(entry.sources, sourcesIn(data['sources'])),
      };
    case 'sources':
      return { ...entry, sources: sourcesIn(data) };
    case 'error':
      return failed(entry, text(data['message']) || apology);
    default:
      return entry;
  }
}

/** A failed stream replaces the answer: half of it could say the opposite of the whole. */
export const failed = (entry: Entry, failure: string): Entry => ({
  ...entry,
  content: '',
  sources: [],
  state: 'failed',
  resume: undefined,
  failure,
});

export const finished = (entry: Entry): Entry =>
  entry.content === '' ? failed(entry, apology) : { ...entry, state: 'done', resume: undefined };

export const stopped = (entry: Entry): Entry => ({ ...entry, state: 'stopped', resume: undefined });

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Sources come from our own server, yet the widget must not break on one that lacks a field. */
export function sourcesIn(value: unknown): Source[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown, index): Source[] => {
    if (typeof item !== 'object' || item === null) return [];
    const { n, title, url, excerpt } = item as Record<string, unknown>;
    return [
      {
        n: typeof n === 'number' ? n : index + 1,
        title: text(title),
        url: text(url),
        excerpt: text(excerpt) || undefined,
      },
    ];
  });
}
