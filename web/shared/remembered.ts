import type { Remembered } from './visitor.ts';

/** The browser's storage, or the page's own memory where the browser stores nothing. */
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
    read: name =>
      attempt(
        storage => storage.getItem(name) ?? undefined,
        () => own.get(name),
      ),
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
