import { harmlessName, removeFileDocuments, storeFile } from '../../knowledge/index.ts';
import type { DocumentId } from '../../platform/ids.ts';
import { type DiscoveredFile, noteStored } from '../files/discovered-file-store.ts';
import { withDownload } from '../files/download-file.ts';
import { decideToAdd, returnFile } from '../files/triage.ts';
import type { ScraperEffects } from '../effects.ts';
import { FetchFailure } from '../fetch/fetch-failure.ts';
import { waitAfter } from '../fetch/pace.ts';
import { endJob } from './end-job.ts';
import { goOn, type Slice, type SliceOutcome } from './slice.ts';
import { resultOf } from './sums.ts';

/**
 * Downloads the job's files and hands them to the knowledge. One that fails is listed as discovered again, with the
 * reason. After a crash the files that are not stored are downloaded by the next slice; storing twice is storing once.
 */
export async function addFiles(slice: Slice, effects: ScraperEffects): Promise<SliceOutcome> {
  const { workspace, job, tally, pace, signal } = slice;
  const files = job.files ?? [];
  tally.found = files.length;
  tally.phase = 'crawling';
  try {
    for (const one of files) {
      const file = await decideToAdd(workspace, one, effects);
      // Decided otherwise meanwhile, or failed in an earlier slice.
      if (!file) continue;
      if (file.storedAt === undefined) {
        await pace.turn(new URL(file.url), signal);
        await addFile(slice, file, one.document, effects);
      } else tally.added += 1;
    }
  } catch (error) {
    const waitMs = waitAfter(error);
    if (waitMs === undefined) throw error;
    return goOn(slice, waitMs, effects);
  }
  tally.phase = 'done';
  const { added, failed } = tally;
  const result = { ...resultOf([]), added, failed };
  await endJob(workspace, job, { progress: tally.progress(slice.elapsed()), result }, effects);
  return 'ended';
}

async function addFile(
  { workspace, job, tally, signal }: Slice,
  file: DiscoveredFile,
  document: DocumentId,
  effects: ScraperEffects,
): Promise<void> {
  const { id, mode, url: sourceUrl } = file;
  try {
    await withDownload(file, effects.downloads, effects, signal, async ({ path, type, size, sha256 }) => {
      tally.fetched += 1;
      signal.throwIfAborted();
      const about = { id: document, mode, sha256, size, sourceUrl };
      const [mediaType = 'application/octet-stream'] = type.mediaTypes;
      const filename = harmlessName(file.filename);
      const discovered = { ...about, filename, mediaType, tag: job.tag, source: 'discovered' } as const;
      const stored = await storeFile(workspace, discovered, path, effects);
      await effects.parseQueue.send({ kind: 'parse', workspace, document: stored });
    });
    // Blocked, or the mode deleted meanwhile: whoever did it may have looked before the document was there.
    if (await noteStored(workspace, id, document, effects)) tally.added += 1;
    else await removeFileDocuments(workspace, mode, [document], effects);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof FetchFailure)) throw error;
    tally.failed += 1;
    tally.error(sourceUrl, error.message);
    await returnFile(workspace, { id, document }, error.message, effects);
  }
}
