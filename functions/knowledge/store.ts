import * as z from 'zod';
import { epochSeconds, isoTime } from '../platform/clock.ts';
import type { DocumentId, WorkspaceId } from '../platform/ids.ts';
import type { KnowledgeEffects } from './effects.ts';

type StoreEffects = Pick<KnowledgeEffects, 'knowledge' | 'clock'>;

/** Longer than any queue keeps a message, so a late message still meets the row that tells it that it is late. */
const tombstoneSeconds = 30 * 24 * 3600;
const markerSeconds = 7 * 24 * 3600;

const rowSchema = z.object({
  version: z.int().min(1),
  hash: z.string(),
  chunks: z.int().min(0),
  state: z.enum(['pending', 'completed', 'failed', 'removed']),
  reason: z.string().optional(),
});

/**
 * Where a document stands. `pending`: stored, waiting for the index writer. `removed`: kept a while, so that its
 * version goes on counting.
 */
export type DocumentRow = z.infer<typeof rowSchema>;

export interface SubmittedVersion {
  readonly hash: string;
  readonly url: string;
  readonly title: string;
  readonly modes: readonly string[];
  readonly chunks: number;
}

const documentPrefix = 'DOC#';
const documentKey = (workspace: WorkspaceId, id: DocumentId) => ({
  pk: `WS#${workspace}#DOCUMENTS`,
  sk: `${documentPrefix}${id}`,
});

const markerKey = (workspace: WorkspaceId, marker: string) => ({
  pk: `WS#${workspace}#MARKERS`,
  sk: `MARKER#${marker}`,
});

export async function getDocument(
  workspace: WorkspaceId,
  id: DocumentId,
  effects: StoreEffects,
): Promise<DocumentRow | undefined> {
  const item = await effects.knowledge.get(documentKey(workspace, id));
  return item && rowSchema.parse(item);
}

/** Of those that are known, by id: one request for a hundred. */
export async function getDocuments(
  workspace: WorkspaceId,
  ids: readonly DocumentId[],
  effects: StoreEffects,
): Promise<Map<DocumentId, DocumentRow>> {
  const items = await effects.knowledge.getAll([...new Set(ids)].map(id => documentKey(workspace, id)));
  return new Map(
    items.map(item => [item.sk.slice(documentPrefix.length) as DocumentId, rowSchema.parse(item)]),
  );
}

/** Makes a new version the current one, pending. Undefined when the row is no longer as it was `seen`: look again. */
export async function claimVersion(
  workspace: WorkspaceId,
  id: DocumentId,
  seen: DocumentRow | undefined,
  submitted: SubmittedVersion,
  effects: StoreEffects,
): Promise<number | undefined> {
  const version = (seen?.version ?? 0) + 1;
  const claimed = await effects.knowledge.update(documentKey(workspace, id), {
    set: {
      version,
      hash: submitted.hash,
      url: submitted.url,
      title: submitted.title,
      modes: submitted.modes,
      chunks: submitted.chunks,
      state: 'pending',
      reason: undefined,
      expires: undefined,
      updated: isoTime(effects.clock.now()),
    },
    ...ifStill(seen),
  });
  return claimed && version;
}

/** The version becomes the last of a document that is gone. Undefined as with `claimVersion`. */
export async function claimRemoval(
  workspace: WorkspaceId,
  id: DocumentId,
  seen: DocumentRow,
  effects: StoreEffects,
): Promise<number | undefined> {
  const version = seen.version + 1;
  const now = effects.clock.now();
  const claimed = await effects.knowledge.update(documentKey(workspace, id), {
    set: {
      version,
      hash: '',
      chunks: 0,
      state: 'removed',
      reason: undefined,
      url: undefined,
      title: undefined,
      expires: epochSeconds(now) + tombstoneSeconds,
      updated: isoTime(now),
    },
    ...ifStill(seen),
  });
  return claimed && version;
}

const ifStill = (seen: DocumentRow | undefined) =>
  seen
    ? { condition: 'version = :seen', values: { seen: seen.version } }
    : { condition: 'attribute_not_exists(pk)' };

/** Sets the state of that version; false when a newer one has come. */
export async function settleDocument(
  workspace: WorkspaceId,
  id: DocumentId,
  version: number,
  outcome: { state: 'pending' | 'completed' } | { state: 'failed'; reason: string },
  effects: StoreEffects,
): Promise<boolean> {
  const item = await effects.knowledge.update(documentKey(workspace, id), {
    set: { reason: undefined, ...outcome, updated: isoTime(effects.clock.now()) },
    condition: 'version = :seen',
    values: { seen: version },
  });
  return item !== undefined;
}

export async function reachMarker(
  workspace: WorkspaceId,
  marker: string,
  effects: StoreEffects,
): Promise<void> {
  const expires = epochSeconds(effects.clock.now()) + markerSeconds;
  await effects.knowledge.put({ ...markerKey(workspace, marker), expires });
}

export async function isMarkerReached(
  workspace: WorkspaceId,
  marker: string,
  effects: StoreEffects,
): Promise<boolean> {
  const item = await effects.knowledge.get(markerKey(workspace, marker));
  return item !== undefined && Number(item['expires']) > epochSeconds(effects.clock.now());
}
