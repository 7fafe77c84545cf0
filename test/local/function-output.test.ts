import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { recordOutput } from '../../local/functions/function-output.ts';

const directory = mkdtempSync(join(tmpdir(), 'function-output-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const failed = { level: 'WARN', message: 'run.failed', request_id: 'r1', cause: 'the key is not accepted' };
const broken = { level: 'ERROR', message: 'stream.broken', error: { name: 'Error', message: 'it is gone' } };

test.each([
  ['the cause of a warning', 'error', failed, 'Chat: run.failed: the key is not accepted (r1)'],
  ['the message of an error', 'log', broken, 'Chat: stream.broken: it is gone'],
])('shows %s, and keeps the whole line in the log', async (_, way, line, shown) => {
  const logFile = join(directory, `${way}.log`);
  const warnings: string[] = [];
  const script = `console.${way}(process.argv[1])`;
  const child = spawn(process.execPath, ['-e', script, JSON.stringify(line)]);
  recordOutput(child, 'Chat', logFile, { say: () => {}, warn: text => void warnings.push(text) });
  await once(child, 'close');
  await expect.poll(() => warnings).toEqual([shown]);
  await expect.poll(() => readFileSync(logFile, 'utf8')).toBe(`${JSON.stringify(line)}\n`);
});
