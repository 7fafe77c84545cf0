import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FilePart, FileReading } from '../../functions/knowledge/parse/file-reading.ts';
import { openFile } from '../../functions/knowledge/parse/open-file.ts';

export interface ReadFile extends Omit<FileReading, 'parts'> {
  readonly parts: readonly FilePart[];
  /** Of all parts. */
  readonly text: string;
  /** The lines of all tables. */
  readonly rows: readonly string[];
}

/** Writes the content to the disk under that name, and reads it. Rejects where it can not be read. */
export async function readFileOf(filename: string, content: string | Uint8Array): Promise<ReadFile> {
  const folder = await mkdtemp(join(tmpdir(), 'read-file-'));
  try {
    const path = join(folder, 'content');
    await writeFile(path, content);
    const reading = await openFile({ path, filename, size: Buffer.byteLength(content) });
    const parts = await Array.fromAsync(reading.parts);
    const blocks = parts.flatMap(part => part.blocks);
    return {
      ...reading,
      parts,
      text: blocks.map(({ text }) => text).join('\n\n'),
      rows: blocks.flatMap(({ kind, text }) => (kind === 'table' ? text.split('\n') : [])),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
