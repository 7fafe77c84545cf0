import { createHash } from 'node:crypto';
import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import { isoTime } from '../../platform/clock.ts';
import type { DocumentId, ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';
import { modeName } from '../schema.ts';

export const fileStatus = z.enum(['discovered', 'added', 'dismissed', 'blocked']);
export type FileStatus = z.output<typeof fileStatus>;

const foundSchema = z.object({
  /** Its address, without a fragment. */
  url: z.string(),
  filename: z.string(),
  /** For people. */
  fileType: z.string(),
  /** Lower-case, without its dot. */
  extension: z.string(),
  linkText: z.string(),
  /** In bytes, where the server or the page says it. */
  fileSize: z.int().optional(),
  sourcePageUrl: z.string(),
  sourcePageTitle: z.string(),
  /** The site of the page: its host without `www.`. */
  baseDomain: z.string(),
  /** How the page shows it. */
  detectedVia: z.enum(['link', 'viewer', 'embed', 'object', 'iframe', 'frame', 'page']),
  /** The address of the viewer that shows it. */
  viewerUrl: z.string().optional(),
});

/** A file as a page of a crawl names it. `page`: the address was taken for a page's, and serves a file. */
export type FoundFile = z.output<typeof foundSchema>;

const rowSchema = foundSchema.extend({
  id: z.string(),
  mode: modeName,
  status: fileStatus,
  /** ISO 8601, as all times here. */
  discoveredAt: z.string(),
  /** When the status was last changed by a person. */
  decidedAt: z.string().optional(),
  /** Of an added one. */
  documentId: z
    .string()
    .transform(id => id as DocumentId)
    .optional(),
  /** Of an added one: when its bytes were stored. */
  storedAt: z.string().optional(),
  /** Why it could not be added, the last time. */
  error: z.string().optional(),
});

export type DiscoveredFile = z.output<typeof rowSchema>;

type StoreEffects = Pick<LearningEffects, 'scraper'>;
type ClockedEffects = StoreEffects & Pick<LearningEffects, 'clock'>;

const filesOf = (workspace: WorkspaceId) => `WS#${workspace}#FILES`;
/** The id of a file: its mode, and a hash of its address. So one address is one file of the mode. */
export const fileId = (mode: ModeName, url: string): string =>
  `${mode}~${createHash('sha256').update(url).digest('hex').slice(0, 32)}`;
const fileKey = (workspace: WorkspaceId, id: string) => ({ pk: filesOf(workspace), sk: id });

/** Updates run so many at a time. */
const writesAtOnce = 8;

/**
 * Stores the files that a crawl has found. One that is known already gets what the page says now. It keeps its status,
 * but a dismissed one is listed again: whoever never wants to see it blocks it. Calling it again changes nothing.
 */
export async function noteFiles(
  workspace: WorkspaceId,
  mode: ModeName,
  found: readonly FoundFile[],
  effects: ClockedEffects,
): Promise<void> {
  const files = new Map(found.map(file => [fileId(mode, file.url), file]));
  const items = await effects.scraper.getAll([...files.keys()].map(id => fileKey(workspace, id)));
  const known = new Map(items.map(item => [item.sk, parseItem(rowSchema, item)]));
  const now = isoTime(effects.clock.now());
  const changed = [...files].filter(([id, file]) => !saysTheSame(known.get(id), file));
  for (let at = 0; at < changed.length; at += writesAtOnce) {
    await Promise.all(
      changed.slice(at, at + writesAtOnce).map(async ([id, file]) => {
        const key = fileKey(workspace, id);
        await effects.scraper.update(key, {
          set: { id, mode, ...optional, ...file },
          setIfAbsent: { status: 'discovered', discoveredAt: now },
        });
        if (known.get(id)?.status !== 'dismissed') return;
        await effects.scraper.update(key, {
          set: { status: 'discovered', discoveredAt: now, decidedAt: undefined },
          condition: '#status = :dismissed',
          values: { dismissed: 'dismissed' },
        });
      }),
    );
  }
}

/** What a page may say of a file, and another may not: then the item shall not keep it. */
const optional = { fileSize: undefined, viewerUrl: undefined };

function saysTheSame(known: DiscoveredFile | undefined, file: FoundFile): boolean {
  if (known === undefined || known.status === 'dismissed') return false;
  return (Object.keys(foundSchema.shape) as (keyof FoundFile)[]).every(name => known[name] === file[name]);
}

/** Those of the mode, or of the workspace; of one status, or of all. The newest come first. */
export async function listFiles(
  workspace: WorkspaceId,
  { mode, status }: { mode?: ModeName | undefined; status?: FileStatus | undefined },
  { scraper }: StoreEffects,
): Promise<DiscoveredFile[]> {
  const files: DiscoveredFile[] = [];
  const range = mode === undefined ? {} : { prefix: `${mode}~` };
  for await (const item of scraper.query(filesOf(workspace), range)) {
    const file = parseItem(rowSchema, item);
    if (status === undefined || file.status === status) files.push(file);
  }
  return files.sort((one, other) => (one.discoveredAt < other.discoveredAt ? 1 : -1));
}

export async function getFile(
  workspace: WorkspaceId,
  id: string,
  { scraper }: StoreEffects,
): Promise<DiscoveredFile | undefined> {
  const item = await scraper.get(fileKey(workspace, id));
  return item && parseItem(rowSchema, item);
}

export interface Decision {
  readonly status: FileStatus;
  /** The statuses that it may have until then. */
  readonly from: readonly FileStatus[];
  /** The id that it gets with `added`. */
  readonly documentId?: DocumentId;
  readonly error?: string;
  /** Only while it has this document. */
  readonly having?: DocumentId | undefined;
}

/**
 * Sets what was decided. Undefined when there is no such file, or when it has another status or document: then somebody
 * else was faster.
 */
export async function decideFile(
  workspace: WorkspaceId,
  id: string,
  { status, from, documentId, error, having }: Decision,
  { scraper, clock }: ClockedEffects,
): Promise<DiscoveredFile | undefined> {
  const allowed = Object.fromEntries(from.map((status, at) => [`from${at}`, status]));
  const names = Object.keys(allowed).map(name => `:${name}`);
  const item = await scraper.update(fileKey(workspace, id), {
    set: { status, documentId, error, storedAt: undefined, decidedAt: isoTime(clock.now()) },
    condition: `attribute_exists(pk) and #status in (${names.join(', ')})${having ? ' and #documentId = :having' : ''}`,
    values: { ...allowed, ...(having ? { having } : {}) },
  });
  return item && parseItem(rowSchema, item);
}

/** Notes that the bytes of an added file are stored. False when it was decided otherwise meanwhile. */
export async function noteStored(
  workspace: WorkspaceId,
  id: string,
  document: DocumentId,
  { scraper, clock }: ClockedEffects,
): Promise<boolean> {
  const item = await scraper.update(fileKey(workspace, id), {
    setIfAbsent: { storedAt: isoTime(clock.now()) },
    condition: '#status = :added and #documentId = :document',
    values: { added: 'added', document },
  });
  return item !== undefined;
}

/**
 * Blocks an address, whether or not a crawl has found it. It keeps the id of its document, so that a call that was cut
 * short and comes again still removes that.
 */
export async function putBlockedFile(
  workspace: WorkspaceId,
  mode: ModeName,
  file: FoundFile,
  { scraper, clock }: ClockedEffects,
): Promise<{ documentId?: DocumentId | undefined }> {
  const id = fileId(mode, file.url);
  const now = isoTime(clock.now());
  const found = Object.keys(foundSchema.shape).map(name => [name, file[name as keyof FoundFile]] as const);
  const item = await scraper.update(fileKey(workspace, id), {
    set: { id, mode, status: 'blocked', decidedAt: now, storedAt: undefined },
    setIfAbsent: {
      ...Object.fromEntries(found.filter(([, value]) => value !== undefined)),
      discoveredAt: now,
    },
  });
  return item ? parseItem(rowSchema, item) : {};
}

export const forgetFile = (workspace: WorkspaceId, id: string, { scraper }: StoreEffects): Promise<boolean> =>
  scraper.delete(fileKey(workspace, id));

/** Forgets all files of a mode. */
export async function forgetFiles(
  workspace: WorkspaceId,
  mode: ModeName,
  effects: StoreEffects,
): Promise<void> {
  for (const { id } of await listFiles(workspace, { mode }, effects))
    await effects.scraper.delete(fileKey(workspace, id));
}
