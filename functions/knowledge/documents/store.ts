import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import { epochSeconds, isoTime } from '../../platform/clock.ts';
import type { DocumentId, ModeName, SubmissionId, WorkspaceId } from '../../platform/ids.ts';
import type { KnowledgeTableEffects } from '../effects.ts';
import { firstGeneration, indexStateKey, parseIndexState, readIndexState } from '../index/state-store.ts';

type StoreEffects = Pick<KnowledgeTableEffects, 'knowledge' | 'clock'>;

/** Longer than any queue keeps a message. A late message still finds the row, and is known to be late. */
const tombstoneSeconds = 30 * 24 * 3600;
const markerSeconds = 7 * 24 * 3600;

/**
 * A document is two items. Submitters write what was submitted last; the index writer alone writes what the index has.
 * Neither overwrites the other's item, so both need no conditions and can write many items in one request.
 */
const submittedSchema = z.object({
  version: z.string().transform(id => id as SubmissionId),
  hash: z.string(),
  chunks: z.int().min(0),
  removed: z.boolean().default(false),
});
const modeDocumentSchema = submittedSchema.omit({ hash: true, chunks: true }).extend({
  url: z.string().default(''),
  title: z.string().default(''),
  modes: z.array(z.string().transform(name => name as ModeName)).default([]),
});
const currentSchema = submittedSchema.pick({ version: true, removed: true });
export type ModeDocument = z.output<typeof modeDocumentSchema> & { readonly id: DocumentId };

const indexedSchema = z.object({
  version: z.string(),
  state: z.enum(['completed', 'failed', 'removed']),
  reason: z.string().optional(),
  /** The generation of the index that it was written into: see `IndexState`. */
  generation: z.string().default(firstGeneration),
});

/** The state of a document: its last submission, and whether the index has it. */
export interface DocumentRow {
  readonly version: SubmissionId;
  readonly hash: string;
  readonly chunks: number;
  /** The document was removed. The row is kept for a while. */
  readonly removed: boolean;
  /** `pending`: the index writer has not handled this version yet. */
  readonly state: 'pending' | 'completed' | 'failed' | 'removed';
  readonly reason?: string;
}

export interface SubmittedRow {
  readonly id: DocumentId;
  readonly hash: string;
  readonly url: string;
  readonly title: string;
  readonly modes: readonly string[];
  readonly chunks: number;
}

export interface IndexedRow {
  readonly id: DocumentId;
  readonly version: SubmissionId;
  readonly state: 'completed' | 'failed' | 'removed';
  readonly reason?: string;
}

const documentPrefix = 'DOC#';
const submittedPk = (workspace: WorkspaceId) => `WS#${workspace}#DOCUMENTS`;
const indexedPk = (workspace: WorkspaceId) => `WS#${workspace}#INDEXED`;
const documentSk = (id: DocumentId) => `${documentPrefix}${id}`;

const markerKey = (workspace: WorkspaceId, marker: string) => ({
  pk: `WS#${workspace}#MARKERS`,
  sk: `MARKER#${marker}`,
});

/** The rows of the documents that are known, by id. */
export async function getDocuments(
  workspace: WorkspaceId,
  ids: readonly DocumentId[],
  effects: StoreEffects,
): Promise<Map<DocumentId, DocumentRow>> {
  const keys = [...new Set(ids)].flatMap(id => [
    { pk: submittedPk(workspace), sk: documentSk(id) },
    { pk: indexedPk(workspace), sk: documentSk(id) },
  ]);
  if (keys.length === 0) return new Map();
  const stateKey = indexStateKey(workspace);
  const items = await effects.knowledge.getAll([...keys, stateKey]);
  const stateItem = items.find(({ pk }) => pk === stateKey.pk);
  const generation = stateItem ? parseIndexState(stateItem, effects.clock.now()).generation : firstGeneration;
  const indexed = new Map(
    items
      .filter(({ pk }) => pk === indexedPk(workspace))
      .map(item => [item.sk, parseItem(indexedSchema, item)] as const),
  );
  const rows = new Map<DocumentId, DocumentRow>();
  for (const item of items) {
    if (item.pk !== submittedPk(workspace)) continue;
    const submitted = parseItem(submittedSchema, item);
    const settled = indexed.get(item.sk);
    rows.set(item.sk.slice(documentPrefix.length) as DocumentId, {
      ...submitted,
      ...(settled?.version === submitted.version && settled.generation === generation
        ? { state: settled.state, ...(settled.reason === undefined ? {} : { reason: settled.reason }) }
        : { state: 'pending' }),
    });
  }
  return rows;
}

/** Makes `version` the current one of all these documents. When two submit at the same time, the later write counts. */
export async function putSubmitted(
  workspace: WorkspaceId,
  version: SubmissionId,
  documents: readonly SubmittedRow[],
  effects: StoreEffects,
): Promise<void> {
  const updated = isoTime(effects.clock.now());
  await effects.knowledge.putAll(
    documents.map(({ id, ...row }) => ({
      pk: submittedPk(workspace),
      sk: documentSk(id),
      ...row,
      version,
      updated,
    })),
  );
}

/** Makes the removal the current version of these documents. The items are deleted after a month. */
export async function putRemoved(
  workspace: WorkspaceId,
  version: SubmissionId,
  ids: readonly DocumentId[],
  effects: StoreEffects,
): Promise<void> {
  const now = effects.clock.now();
  await effects.knowledge.putAll(
    ids.map(id => ({
      pk: submittedPk(workspace),
      sk: documentSk(id),
      version,
      hash: '',
      chunks: 0,
      removed: true,
      expires: epochSeconds(now) + tombstoneSeconds,
      updated: isoTime(now),
    })),
  );
}

/**
 * The current version of each document of the mode, or of those of it that are named, that is not removed, indexed or
 * not.
 */
export async function* documentsOfMode(
  workspace: WorkspaceId,
  mode: ModeName,
  { knowledge }: StoreEffects,
  named?: readonly DocumentId[],
): AsyncGenerator<ModeDocument, void, undefined> {
  const pk = submittedPk(workspace);
  const items = named
    ? await knowledge.getAll(named.map(id => ({ pk, sk: documentSk(id) })))
    : knowledge.query(pk, { prefix: documentPrefix });
  for await (const item of items) {
    const { modes, ...row } = parseItem(modeDocumentSchema, item);
    if (!row.removed && modes.includes(mode))
      yield { ...row, id: item.sk.slice(documentPrefix.length) as DocumentId, modes };
  }
}

/**
 * Makes `to` the current version, for these modes; without modes it is a removal. Does nothing where the document was
 * submitted since `from`: then the modes of that submission count.
 */
export async function putLeft(
  workspace: WorkspaceId,
  {
    id,
    from,
    to,
    modes,
  }: { id: DocumentId; from: SubmissionId; to: SubmissionId; modes: readonly ModeName[] },
  effects: StoreEffects,
): Promise<void> {
  const now = effects.clock.now();
  const gone = { chunks: 0, removed: true, expires: epochSeconds(now) + tombstoneSeconds };
  await effects.knowledge.update(
    { pk: submittedPk(workspace), sk: documentSk(id) },
    {
      // Stored without its hash, which includes the modes: the same content with other modes must count as changed.
      set: { version: to, hash: '', modes, updated: isoTime(now), ...(modes.length === 0 ? gone : {}) },
      condition: '#version = :from',
      values: { from },
    },
  );
}

/**
 * Records what the index has of the documents. Only the index writer calls this, and each workspace has one at a time.
 */
export async function putIndexed(
  workspace: WorkspaceId,
  rows: readonly IndexedRow[],
  effects: StoreEffects,
): Promise<void> {
  if (rows.length === 0) return;
  const now = effects.clock.now();
  const { generation } = (await readIndexState(workspace, effects)) ?? { generation: firstGeneration };
  await effects.knowledge.putAll(
    rows.map(({ id, ...row }) => ({
      pk: indexedPk(workspace),
      sk: documentSk(id),
      ...row,
      generation,
      updated: isoTime(now),
      ...(row.state === 'removed' ? { expires: epochSeconds(now) + tombstoneSeconds } : {}),
    })),
  );
}

/**
 * Whether some document was in an index of another generation and is not in this one yet. Reads all rows of the
 * workspace.
 */
export async function hasLostDocuments(
  workspace: WorkspaceId,
  generation: string,
  { knowledge }: StoreEffects,
): Promise<boolean> {
  const current = new Map<string, string>();
  for await (const item of knowledge.query(submittedPk(workspace), { prefix: documentPrefix })) {
    const { version, removed } = parseItem(currentSchema, item);
    if (!removed) current.set(item.sk, version);
  }
  for await (const item of knowledge.query(indexedPk(workspace), { prefix: documentPrefix })) {
    const settled = parseItem(indexedSchema, item);
    if (settled.generation !== generation && current.get(item.sk) === settled.version) return true;
  }
  return false;
}

export async function reachMarker(
  workspace: WorkspaceId,
  marker: string,
  effects: StoreEffects,
): Promise<void> {
  const expires = epochSeconds(effects.clock.now()) + markerSeconds;
  await effects.knowledge.put({ ...markerKey(workspace, marker), expires });
}

/** True once everything before the marker can be searched, or has failed with the reason in its row. */
export async function markerReached(
  workspace: WorkspaceId,
  marker: string,
  effects: StoreEffects,
): Promise<boolean> {
  const item = await effects.knowledge.get(markerKey(workspace, marker));
  return item !== undefined && Number(item['expires']) > epochSeconds(effects.clock.now());
}
