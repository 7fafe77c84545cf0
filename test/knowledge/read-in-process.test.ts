import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FilePart, UnreadableFile } from '../../functions/knowledge/parse/file-reading.ts';
import { readInProcess } from '../../functions/knowledge/parse/read-in-process.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { line, pdfOf } from './pdf-file.ts';

const readers = new URL('../../functions/knowledge/parse/reader-process.ts', import.meta.url);
const readerEntry = fileURLToPath(readers);
const limits = { memory: 1_500_000_000, silentMs: 60_000 };
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-in-process-'));
});
afterAll(() => rm(folder, { recursive: true }));

const pdf = pdfOf({
  pages: ['First: the mole.', 'Second: the quay.', 'Third: the dock.'].map(text => ({
    content: line(60, 700, text),
  })),
});

async function reading(
  content: Uint8Array | string,
  options: Partial<{ entry: string; signal: AbortSignal; memory: number }> = {},
) {
  const path = join(folder, 'content');
  await writeFile(path, content);
  return readInProcess(
    { path, filename: 'file', size: Buffer.byteLength(content) },
    { ...limits, ...(options.memory === undefined ? {} : { memory: options.memory }) },
    { clock: systemClock, readerEntry: options.entry ?? readerEntry },
    options.signal ?? new AbortController().signal,
  );
}

/** A reader in which pages of the PDF that are named kill the process, as native code does. */
async function readerThatDiesAt(...pages: number[]): Promise<string> {
  const entry = join(folder, `dies-at-${pages.join('-')}.mjs`);
  await writeFile(
    entry,
    `const stringify = JSON.stringify;
       JSON.stringify = (value, ...rest) => {
         const page = value?.part?.page;
         if (${stringified(pages)}.includes(page)) process.kill(process.pid, 'SIGSEGV');
         return stringify(value, ...rest);
       };
       await import(${stringified(readers.href)});`,
  );
  return entry;
}

const stringified = (value: unknown): string => JSON.stringify(value);
const told = (parts: readonly FilePart[]) =>
  parts.map(({ page, blocks, problem }) => [page, blocks.map(({ text }) => text).join(), problem]);

describe('a file that is read in a process of its own', () => {
  test('is read as in ours', async () => {
    const { pages, parts } = await reading(pdf);
    expect(pages).toBe(3);
    expect(told(await Array.fromAsync(parts))).toEqual([
      [1, 'First: the mole.', undefined],
      [2, 'Second: the quay.', undefined],
      [3, 'Third: the dock.', undefined],
    ]);
  });

  test('keeps the pages before and behind the one that kills its reader, which is named', async () => {
    const { parts } = await reading(pdf, { entry: await readerThatDiesAt(2) });
    expect(told(await Array.fromAsync(parts))).toEqual([
      [1, 'First: the mole.', undefined],
      [2, '', 'page 2 could not be read: its reader crashed'],
      [3, 'Third: the dock.', undefined],
    ]);
  });

  test('says why nothing of it can be read', async () => {
    await expect(reading(pdf.subarray(0, 400))).rejects.toThrow(UnreadableFile);
  });

  test('is given up where it needs more memory than it may', async () => {
    await expect(reading(pdf, { memory: 20_000_000 })).rejects.toThrow(
      'the file could not be read: its reader ran out of memory',
    );
  });

  test('is left when nobody wants it any more', async () => {
    const leaving = new AbortController();
    const { parts } = await reading(pdf, { signal: leaving.signal });
    leaving.abort(new Error('the upload was deleted'));
    await expect(Array.fromAsync(parts)).rejects.toThrow('the upload was deleted');
  });
});
