import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Effects } from '../../platform/effects.ts';
import type { Env } from '../../platform/env.ts';
import { type ParseEffects, submitEffects } from '../effects.ts';
import type { submitEnv } from '../env.ts';
import { readInProcess } from '../parse/read-in-process.ts';

/** What a reader may use. The function has 3 GB, and its own process some 300 MB of that. */
const limits = { memory: 2400 * 1_048_576, silentMs: 120_000 };

/** Those of the document parser: it reads each file in a process of its own. */
export function parseEffects(
  env: Env<(typeof submitEnv)[number]>,
  { clock }: Pick<Effects, 'clock'>,
): Omit<ParseEffects, keyof Effects> {
  return {
    ...submitEffects(env),
    readFile: (file, signal) => readInProcess(file, limits, { clock, readerEntry }, signal),
  };
}

/**
 * On Lambda it is bundled beside this function; on a laptop its source is run. See `process` of
 * `lib/constructs/function.ts`.
 */
const bundled = fileURLToPath(new URL('./reader-process.mjs', import.meta.url));
const readerEntry = existsSync(bundled)
  ? bundled
  : fileURLToPath(new URL('../parse/reader-process.ts', import.meta.url));
