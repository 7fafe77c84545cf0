import type { StreamEvent } from '../../../functions/platform/portable/event-stream.ts';
import { withMore } from '../../shared/sources.ts';

/** What an answer rests on, as the server tells it; `n` is the number in the text. */
export interface Source {
  readonly n: number;
  readonly title: string;
  readonly url: string;
  readonly excerpt?: string | undefined;
}

/**
 * A question, or an answer. `sending`: the server may not have the question yet. `answering`: it comes by the stream at
 * `resume`. The other states are final; `stopped` has the text that was there when the visitor wanted no more.
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

/** What is said in place of an answer that failed for a reason which is no visitor's business. */
export const apology = 'Sorry, something went wrong and there is no answer. Please try again.';

/** The answer after an event of its stream; an unknown event changes nothing. */
export function applyEvent(entry: Entry, { type, data }: StreamEvent): Entry {
  switch (type) {
    case 'start':
      return { ...entry, state: 'answering', resume: text(data['resume']) || entry.resume };
    case 'reset':
      // Another attempt took over: what the one before wrote is void.
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
