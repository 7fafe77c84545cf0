import type { Remembered } from '../../shared/visitor.ts';
import { messagesName, sessionName, unfinishedName } from '../history-names.ts';
import { apology, type Entry, failed, sourcesIn } from './entry.ts';

/** The conversation that a browser keeps for one key. */
export interface History {
  /** A UUID that nobody can guess. It stays the same until `clear`. */
  session(): string;
  read(): Entry[];
  write(entries: readonly Entry[]): void;
  clear(): void;
}

const most = 50;
const states = ['sending', 'answering', 'done', 'stopped', 'failed'] as const;

export function createHistory(key: string, remembered: Remembered, newId: () => string): History {
  return {
    session() {
      const kept = remembered.read(sessionName(key));
      if (kept && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(kept)) return kept;
      const fresh = newId();
      remembered.write(sessionName(key), fresh);
      return fresh;
    },
    read: () => entriesIn(remembered.read(messagesName(key)), newId),
    write(entries) {
      const kept = entries.slice(-most);
      remembered.write(messagesName(key), JSON.stringify(kept));
      if (kept.some(({ state }) => state === 'answering')) remembered.write(unfinishedName(key), '1');
      else remembered.forget(unfinishedName(key));
    },
    clear() {
      for (const name of [messagesName, sessionName, unfinishedName]) remembered.forget(name(key));
    },
  };
}

/** The valid part of what was stored: another version of the script, or the page itself, may have written it. */
function entriesIn(json: string | undefined, newId: () => string): Entry[] {
  let stored: unknown;
  try {
    stored = JSON.parse(json ?? '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null) return [];
    const { id, role, content, sources, files, timestamp, state, resume, failure } = item as Record<
      string,
      unknown
    >;
    if ((role !== 'user' && role !== 'assistant') || typeof content !== 'string') return [];
    const entry: Entry = {
      id: typeof id === 'string' ? id : newId(),
      role,
      content,
      sources: sourcesIn(sources),
      files: Array.isArray(files) ? files.map(String) : undefined,
      timestamp: typeof timestamp === 'number' ? timestamp : Date.now(),
      state: states.find(one => one === state) ?? 'done',
      resume: typeof resume === 'string' ? resume : undefined,
      failure: typeof failure === 'string' ? failure : undefined,
    };
    // The visitor left the page before the server had confirmed the question. Whether it has it is not known.
    const lost = entry.state === 'sending' || (entry.state === 'answering' && !entry.resume);
    return [lost ? failed(entry, apology) : entry];
  });
}
