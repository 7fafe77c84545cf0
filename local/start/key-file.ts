import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { writeWhole } from './data-directory.ts';

/** The file that a local start writes: its address, an admin key of its workspace, and a person who may sign in. */
const keySchema = z.object({
  url: z.string(),
  key: z.string(),
  admin: z.object({ username: z.string(), password: z.string() }).optional(),
});
export type LocalKey = z.infer<typeof keySchema>;

/** The directory of these files. `XDG_STATE_HOME` changes it. */
const keyDirectory = (env: NodeJS.ProcessEnv): string =>
  join(env['XDG_STATE_HOME'] || join(homedir(), '.local/state'), 'switchboard');

/** The file of the local start on that port, whether or not there is one. */
export function localKeyFile(port: number, env: NodeJS.ProcessEnv = process.env): string {
  return join(keyDirectory(env), `local-${port}.json`);
}

/** The ports of starts that are running, or were killed. */
export function localKeyPorts(env: NodeJS.ProcessEnv = process.env): number[] {
  const directory = keyDirectory(env);
  const names = existsSync(directory) ? readdirSync(directory) : [];
  const ports = names.flatMap(name => /^local-(\d+)\.json$/.exec(name)?.[1] ?? []);
  return ports.map(Number).toSorted((a, b) => a - b);
}

/** Undefined when nothing runs on that port, or another user started it. */
export function readLocalKey(port: number, env: NodeJS.ProcessEnv = process.env): LocalKey | undefined {
  try {
    return keySchema.parse(JSON.parse(readFileSync(localKeyFile(port, env), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Readable by its owner alone. Throws with what to do where the directory can not be written. */
export function writeKeyFile(file: string, value: LocalKey): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeWhole(file, JSON.stringify(value), 0o600);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`the admin key can not be kept: ${why}; set XDG_STATE_HOME to a directory of yours`, {
      cause: error,
    });
  }
}

export function removeKeyFile(file: string): void {
  rmSync(file, { force: true });
}
