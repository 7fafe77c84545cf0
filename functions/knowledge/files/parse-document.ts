import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Block } from '../documents/document.ts';
import { removeDocuments, removeFileDocuments, submitDocuments } from '../documents/submit.ts';
import { textToBlocks } from '../parse/text.ts';
import type { DocumentId, WorkspaceId } from '../../platform/ids.ts';
import type { ParseEffects } from '../effects.ts';
import { type FilePart, type FileReading, UnreadableFile } from '../parse/file-reading.ts';
import { blobKey, type FileDocument } from './file-row-store.ts';
import { getFileDocument } from './file-store.ts';
import { sourceLink } from './source-link.ts';
import { beginAttempt, noteReading } from './reading-store.ts';

/** A reader that ends without a word this often is given up. */
const mostAttempts = 3;
/** In UTF-16 code units: some 10,000 pages of print. */
const longestText = 20_000_000;
/** The function ends three minutes later. */
const longestMs = 12 * 60_000;
/** Progress is noted at most so often. */
const noteEveryMs = 1_500;
/** The share of the work, in percent, that reading is. */
const read = { from: 5, to: 70 };

/** Another attempt has begun, or the document was removed: this attempt has nothing more to do. */
class Superseded extends Error {
  override readonly name = 'Superseded';
}

/**
 * Reads the document and submits its text to the index. What its owner can mend is in its row as `failed`, with the
 * reason. Throws what may be over in a moment. A second delivery reads it again, which changes nothing.
 */
export async function parseDocument(
  workspace: WorkspaceId,
  id: DocumentId,
  effects: ParseEffects,
): Promise<void> {
  const known = await getFileDocument(workspace, id, effects);
  if (!known || known.state === 'storing' || known.state === 'failed') return;
  const document = await beginAttempt(workspace, known, effects);
  if (!document) return;
  try {
    if (document.attempts > mostAttempts)
      throw new UnreadableFile('reading it failed several times without a reason: try a smaller file');
    await submitRead(workspace, document, effects);
  } catch (error) {
    if (error instanceof Superseded) return;
    if (!(error instanceof UnreadableFile)) throw error;
    effects.log.warn('document.unreadable', { workspace, document: id, reason: error.message });
    await noteReading(
      workspace,
      document,
      { state: 'failed', step: 'failed', error: error.message },
      effects,
    );
  }
}

async function submitRead(
  workspace: WorkspaceId,
  document: FileDocument,
  effects: ParseEffects,
): Promise<void> {
  const note = async (change: Parameters<typeof noteReading>[2]) => {
    if (!(await noteReading(workspace, document, change, effects))) throw new Superseded();
  };
  const ending = new AbortController();
  const directory = await mkdtemp(join(tmpdir(), 'document-'));
  try {
    const path = join(directory, 'file');
    const size = await effects.documents.getFile(blobKey(workspace, document.id), path);
    if (size === undefined) throw new UnreadableFile('its bytes are gone: upload it again');
    const reading = await effects.readFile({ path, filename: document.filename, size }, ending.signal);
    // So that whoever opens it is shown it as what it is.
    const { mediaType = document.mediaType } = reading;
    const { blocks, failedPages, pages } = await blocksOf(reading, note, effects);
    await note({
      state: 'chunking',
      progress: 75,
      step: 'cutting the text into passages',
      mediaType,
      pages,
      failedPages,
    });
    const intro = document.description === undefined ? [] : textToBlocks(document.description);
    const [submitted] = await submitDocuments(
      workspace,
      [
        {
          id: document.id,
          url: sourceLink(workspace, document),
          title: document.title ?? reading.title ?? document.filename,
          modes: [document.mode],
          blocks: [...intro, ...blocks],
          ...(reading.language === undefined ? {} : { language: reading.language }),
        },
      ],
      effects,
    );
    if (submitted?.problem !== undefined) throw new UnreadableFile(submitted.problem);
    await leaveEarlierVersions(workspace, document, effects);
    const notes = [...reading.notes];
    const chunks = submitted?.chunks ?? 0;
    const stored = { state: 'storing', progress: 85, step: 'writing into the index', notes, chunks } as const;
    if (await noteReading(workspace, document, stored, effects)) return;
    // Removed meanwhile: whoever did it may have looked before the text was submitted.
    if (!(await getFileDocument(workspace, document.id, effects)))
      await removeDocuments(workspace, [document.id], effects);
  } finally {
    ending.abort();
    await rm(directory, { recursive: true, force: true });
  }
}

/** All parts of the file. Throws `UnreadableFile` where none has text. */
async function blocksOf(
  reading: FileReading,
  note: (change: { progress: number; step: string }) => Promise<void>,
  { clock }: Pick<ParseEffects, 'clock'>,
): Promise<{ blocks: Block[]; failedPages: FileDocument['failedPages']; pages: number | undefined }> {
  const blocks: Block[] = [];
  const failedPages: FileDocument['failedPages'] = [];
  const until = clock.now() + longestMs;
  let [length, parts, notedAt] = [0, 0, clock.now()];
  for await (const part of reading.parts) {
    parts += 1;
    blocks.push(...part.blocks);
    length += part.blocks.reduce((sum, { text }) => sum + text.length, 0);
    if (part.problem !== undefined && part.page !== undefined)
      failedPages.push({ page: part.page, reason: part.problem });
    if (length > longestText) throw new UnreadableFile('it has more text than can be searched: split it');
    if (clock.now() > until)
      throw new UnreadableFile(`reading it takes longer than ${longestMs / 60_000} minutes: split it`);
    if (clock.now() - notedAt < noteEveryMs) continue;
    notedAt = clock.now();
    await note(progressOf(part, reading));
  }
  if (blocks.every(({ text }) => text.trim() === '')) {
    const [first] = failedPages;
    throw new UnreadableFile(first ? `no page could be read: ${first.reason}` : 'it has no readable text');
  }
  if (reading.pages !== undefined && reading.pages !== parts)
    throw new Error(`${reading.pages} pages were announced and ${parts} came`);
  return { blocks, failedPages, pages: reading.pages };
}

function progressOf({ page }: FilePart, { pages }: FileReading): { progress: number; step: string } {
  if (page === undefined || pages === undefined) return { progress: read.from, step: 'reading' };
  const progress = Math.round(read.from + ((read.to - read.from) * page) / pages);
  return { progress, step: `reading page ${page} of ${pages}` };
}

/** The index writer works in order: the new version answers before the earlier ones are gone. */
async function leaveEarlierVersions(
  workspace: WorkspaceId,
  { mode, replaces }: FileDocument,
  effects: ParseEffects,
): Promise<void> {
  await removeFileDocuments(workspace, mode, replaces, effects);
}
