import type { Remembered } from '../shared/visitor.ts';
import type { ThreadMemory } from './conversation.ts';

/** A storage of the browser, or the page's own memory where the browser keeps nothing for us. */
export function rememberedIn(kind: 'localStorage' | 'sessionStorage'): Remembered {
  const own = new Map<string, string>();
  const attempt = <T>(use: (storage: Storage) => T, otherwise: () => T): T => {
    try {
      return use(globalThis[kind]);
    } catch {
      // Storage is blocked or full: the page works until it is closed.
      return otherwise();
    }
  };
  return {
    read: name => attempt(storage => storage.getItem(name) ?? undefined, () => own.get(name)),
    write: (name, text) =>
      attempt(
        storage => storage.setItem(name, text),
        () => void own.set(name, text),
      ),
    forget: name =>
      attempt(
        storage => storage.removeItem(name),
        () => void own.delete(name),
      ),
  };
}

/**
 * The thread of this tab. A tab keeps its own thread, so that one starting over does not pull the thread away from
 * another; a new tab begins with the one used last.
 */
export function threadMemory(mode: string, tab: Remembered, browser: Remembered): ThreadMemory {
  const name = `switchboard.thread.${mode}`;
  return {
    read: () => tab.read(name) ?? browser.read(name),
    write(thread) {
      tab.write(name, thread);
      browser.write(name, thread);
    },
    forget() {
      tab.forget(name);
      browser.forget(name);
    },
  };
}
