import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { takeLock } from './exclusive-lock.ts';

/** What a start stores for later ones. */
const stateSchema = z.object({
  /** The admin key of the last start, which the next one revokes. */
  adminKeyId: z.string().optional(),
  /** The address of the sample site when it was learned. */
  sampleLearnedAt: z.string().optional(),
});
export type LocalState = z.infer<typeof stateSchema>;

export interface DataDirectory {
  readonly path: string;
  /** The absolute path of a file or directory in it. */
  at(...names: string[]): string;
  readState(): LocalState;
  writeState(state: LocalState): void;
  /** Records who has the directory, for another start that wants it. */
  announce(url: string): void;
  release(): void;
}

const marker = 'switchboard-data.txt';
const lockFile = 'lock.db';
const runningFile = 'running.json';
const stateFile = 'state.json';

/**
 * Locks the directory for this process. Creates it (mode 0700) if needed, and empties it when `fresh`. Throws when
 * another process has it, and when it holds files that are not ours; those are never touched.
 */
export function takeDataDirectory(path: string, fresh: boolean): DataDirectory {
  makeDirectory(path);
  const at = (...names: string[]) => join(path, ...names);
  if (!existsSync(at(marker)) && readdirSync(path).length > 0) {
    throw new Error(
      `${path} is not empty and not a data directory of Switchboard: choose another with --data`,
    );
  }
  orRefuse(`${path} can not be written to`, () =>
    writeFileSync(
      at(marker),
      'The data of a local Switchboard. `npm start -- --fresh` empties this directory.\n',
    ),
  );
  const lock = takeLock(at(lockFile));
  if (!lock)
    throw new Error(`a local Switchboard is running with the data in ${path}${holderOf(at(runningFile))}`);
  rmSync(at(runningFile), { force: true });
  if (fresh) {
    for (const name of readdirSync(path))
      if (name !== marker && !name.startsWith(lockFile)) rmSync(at(name), { recursive: true, force: true });
  }
  return {
    path,
    at,
    readState: () => readState(at(stateFile)),
    writeState: state => writeWhole(at(stateFile), JSON.stringify(state, null, 2)),
    announce: url => writeFileSync(at(runningFile), JSON.stringify({ pid: process.pid, url })),
    release() {
      rmSync(at(runningFile), { force: true });
      lock.release();
    },
  };
}

/** Throws as `takeDataDirectory` does where another start has the directory. Makes no directory. */
export function checkDataDirectory(path: string): void {
  if (existsSync(join(path, marker))) takeDataDirectory(path, false).release();
}

/** Creates one directory after the other: Node's `recursive` never ends below /proc. */
function makeDirectory(path: string): void {
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) return;
    throw new Error(`${path} is not a directory: choose another with --data`);
  }
  makeDirectory(dirname(path));
  orRefuse(`${path} can not be made`, () => mkdirSync(path, { mode: 0o700 }));
}

function orRefuse(refusal: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${refusal}: ${why}; choose another with --data`, { cause: error });
  }
}

function holderOf(file: string): string {
  try {
    const { pid, url } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; url: string };
    return `: ${url}, process ${pid}; stop it, or choose another directory with --data`;
  } catch {
    return '; stop it, or choose another directory with --data';
  }
}

function readState(file: string): LocalState {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}

/** Writes the file in one step: a reader, also after a crash, sees the old text or the new one. */
export function writeWhole(path: string, text: string, mode = 0o600): void {
  const written = `${path}.${process.pid}.new`;
  writeFileSync(written, text, { mode });
  renameSync(written, path);
}
