import { type IndexQueueEffects, removeFileDocuments } from '../../knowledge/index.ts';
import { CallerError } from '../../platform/errors.ts';
import type { DocumentId, ModeName, ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';
import { siteOf } from '../fetch/address.ts';
import { queueJob } from '../jobs/queue-job.ts';
import type { ScrapeJob } from '../jobs/store.ts';
import { blockedAddress, type LearningModes } from '../pages/block-pages.ts';
import {
  type DiscoveredFile,
  decideFile,
  type FoundFile,
  forgetFile,
  getFile,
  listFiles,
  putBlockedFile,
} from './discovered-file-store.ts';
import { endingOf, fileNameOf, fileTypeNamed } from './file-types.ts';

/** For whoever decides about files: documents of blocked ones are removed by the index writer. */
export type TriageEffects = LearningEffects & Pick<IndexQueueEffects, 'indexQueue'>;

/** As many as the settings of a mode can name. */
const mostBlocked = 1000;

/**
 * Adds those of the files that wait for a decision: each has its document id at once, and a job downloads them. A file
 * that is not `discovered` any more is left out.
 */
export async function addDiscovered(
  workspace: WorkspaceId,
  mode: ModeName,
  files: readonly DiscoveredFile[],
  tag: string | undefined,
  effects: LearningEffects,
): Promise<{ documents: DocumentId[]; job: ScrapeJobId | undefined }> {
  const waiting = files.filter(({ status }) => status === 'discovered');
  const [first] = waiting;
  if (!first) return { documents: [], job: undefined };
  const adding = waiting.map(({ id }) => ({ id, document: `file-${effects.ids.uuid()}` as DocumentId }));
  const about = { url: first.url, site: first.baseDomain, mode, maxPages: adding.length };
  // First the job: after a crash it decides about those that are not decided yet.
  const job = await queueJob(
    workspace,
    { ...about, type: 'add_files', files: adding, ...(tag === undefined ? {} : { tag }) },
    effects,
  );
  const documents: DocumentId[] = [];
  for (const one of adding) if (await decideToAdd(workspace, one, effects)) documents.push(one.document);
  return { documents, job: job.id };
}

/** The file, if it is added with this document, now or before. One whose download failed keeps its document's id. */
export async function decideToAdd(
  workspace: WorkspaceId,
  { id, document }: { id: string; document: DocumentId },
  effects: LearningEffects,
): Promise<DiscoveredFile | undefined> {
  const known = await getFile(workspace, id, effects);
  if (known?.documentId === document) return known.status === 'added' ? known : undefined;
  const decision = { status: 'added', from: ['discovered'], documentId: document } as const;
  const decided = await decideFile(workspace, id, decision, effects);
  if (decided) return decided;
  // The API and the worker decide at the same time.
  const now = await getFile(workspace, id, effects);
  return now?.status === 'added' && now.documentId === document ? now : undefined;
}

/** Lists a file as discovered again, with the reason, if it is still to be added with that document. */
export async function returnFile(
  workspace: WorkspaceId,
  { id, document }: { id: string; document: DocumentId },
  error: string,
  effects: LearningEffects,
): Promise<void> {
  const back = { status: 'discovered', from: ['added'], documentId: document, having: document } as const;
  await decideFile(workspace, id, { ...back, error }, effects);
}

/** The same for the files of a job that ends, but those that are stored. Of other jobs it does nothing. */
export async function returnFiles(
  workspace: WorkspaceId,
  { files = [] }: Pick<ScrapeJob, 'files'>,
  error: string,
  effects: LearningEffects,
): Promise<void> {
  for (const one of files) {
    const file = await getFile(workspace, one.id, effects);
    if (file?.storedAt === undefined) await returnFile(workspace, one, error, effects);
  }
}

/** Dismisses a file until a crawl finds it again. False where it is added or blocked. */
export async function dismissFile(
  workspace: WorkspaceId,
  id: string,
  effects: LearningEffects,
): Promise<boolean> {
  const from = ['discovered', 'dismissed'] as const;
  return (await decideFile(workspace, id, { status: 'dismissed', from }, effects)) !== undefined;
}

/**
 * Blocks the files for the mode: it neither lists nor adds them, and answers from them no more. The documents of added
 * ones are removed. Throws `bad_request` when the mode has blocked too many.
 */
export async function blockFiles(
  workspace: WorkspaceId,
  mode: ModeName,
  files: readonly DiscoveredFile[],
  actor: string,
  settings: Pick<LearningModes, 'setBlockedFiles'>,
  effects: TriageEffects,
): Promise<void> {
  const known = await listFiles(workspace, { mode, status: 'blocked' }, effects);
  if (new Set([...known, ...files].map(({ id }) => id)).size > mostBlocked)
    throw new CallerError(
      'bad_request',
      `a mode blocks at most ${mostBlocked} files: block their site instead`,
    );
  for (const file of files) await blockFile(workspace, mode, file, effects);
  const all = await listFiles(workspace, { mode, status: 'blocked' }, effects);
  const urls = all.map(({ url }) => url);
  await settings.setBlockedFiles(workspace, mode, urls, actor);
}

/** Makes these the blocked files of the mode: its settings were changed. */
export async function followBlockedFiles(
  workspace: WorkspaceId,
  mode: ModeName,
  urls: readonly string[],
  effects: TriageEffects,
): Promise<void> {
  const wanted = new Map(urls.flatMap(text => fileAt(text) ?? []).map(file => [file.url, file]));
  const known = await listFiles(workspace, { mode, status: 'blocked' }, effects);
  const blocked = new Set(known.map(({ url }) => url));
  for (const file of wanted.values())
    if (!blocked.has(file.url)) await blockFile(workspace, mode, file, effects);
  for (const { id, url, sourcePageUrl } of known) {
    if (wanted.has(url)) continue;
    // One that no crawl has found is nothing that could be added.
    if (sourcePageUrl === '') await forgetFile(workspace, id, effects);
    else await decideFile(workspace, id, { status: 'discovered', from: ['blocked'] }, effects);
  }
}

async function blockFile(
  workspace: WorkspaceId,
  mode: ModeName,
  file: FoundFile,
  effects: TriageEffects,
): Promise<void> {
  const { documentId } = await putBlockedFile(workspace, mode, file, effects);
  if (documentId) await removeFileDocuments(workspace, mode, [documentId], effects);
}

/** The file at an address that a person has written, as long as no crawl has found it. */
function fileAt(text: string): FoundFile | undefined {
  const url = URL.parse(blockedAddress(text)?.url ?? '');
  if (!url) return undefined;
  return {
    url: url.href,
    filename: fileNameOf(url, undefined),
    fileType: fileTypeNamed(url)?.label ?? 'File',
    extension: endingOf(url) ?? '',
    linkText: '',
    sourcePageUrl: '',
    sourcePageTitle: '',
    baseDomain: siteOf(url),
    detectedVia: 'link',
  };
}
