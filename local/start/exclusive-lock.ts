import { DatabaseSync } from 'node:sqlite';

export interface Lock {
  release(): void;
}

/**
 * Locks `path` against all other processes. Undefined when another one still has it after `waitMs`. The operating
 * system releases the lock when this process ends, in whatever way, so a lock is never stale. Waiting blocks the
 * process.
 */
export function takeLock(path: string, waitMs = 0): Lock | undefined {
  const database = new DatabaseSync(path, { timeout: waitMs });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/.test(error.message)) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}
