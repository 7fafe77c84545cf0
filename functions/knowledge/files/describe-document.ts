import type * as z from 'zod';
import type { DocumentId, WorkspaceId } from '../../platform/ids.ts';
import type { KnowledgeTableEffects } from '../effects.ts';
import { type DocumentRow, getDocuments } from '../documents/store.ts';
import type { describedDocument } from './schema.ts';
import { blobKey, type DocumentState, type FileDocument } from './file-row-store.ts';

export type DescribedDocument = z.input<typeof describedDocument>;

/** Describes a document of the workspace for its owner. */
export type DescribeDocument = (workspace: WorkspaceId, document: FileDocument) => Promise<DescribedDocument>;

type ReadEffects = Pick<KnowledgeTableEffects, 'knowledge' | 'clock'>;

/** Describes documents for their owner: what their reader has noted, and whether the index has them. */
export async function describeDocuments(
  workspace: WorkspaceId,
  documents: readonly FileDocument[],
  alwaysIncluded: ReadonlySet<DocumentId>,
  effects: ReadEffects,
): Promise<DescribedDocument[]> {
  const submitted = documents.filter(({ state }) => state === 'storing').map(({ id }) => id);
  const rows = await getDocuments(workspace, submitted, effects);
  return documents.map(one => ({
    _id: one.id,
    mode: one.mode,
    filename: one.filename,
    title: one.title ?? null,
    content: one.description ?? '',
    tag: one.tag ?? null,
    tags: one.tags,
    always_include: alwaysIncluded.has(one.id),
    source: one.source,
    source_url: one.sourceUrl === '' ? null : one.sourceUrl,
    file_type: one.mediaType,
    file_size: one.size,
    s3_key: blobKey(workspace, one.id),
    openai_file_id: null,
    user_id: one.createdBy ?? null,
    created_at: one.createdAt,
    updated_at: one.updatedAt ?? one.createdAt,
    ...progressOf(one, rows),
    pages: one.pages ?? null,
    failed_pages: one.failedPages,
    notes: one.notes,
    chunks: one.chunks ?? null,
  }));
}

interface Progress {
  readonly status: DocumentState;
  readonly progress: number;
  readonly current_step: string;
  readonly error: string | null;
}

function progressOf(
  { id, state, progress, step, error }: FileDocument,
  rows: ReadonlyMap<DocumentId, DocumentRow>,
): Progress {
  const failed = (reason: string): Progress => ({
    status: 'failed',
    progress,
    current_step: 'failed',
    error: reason,
  });
  if (state === 'failed') return failed(error ?? 'it could not be read');
  const row = state === 'storing' ? rows.get(id) : undefined;
  if (row?.state === 'failed') return failed(row.reason ?? 'the index refused it');
  if (row?.state === 'completed')
    return { status: 'completed', progress: 100, current_step: 'answers use it', error: null };
  return { status: state, progress, current_step: step || 'waiting to be read', error: null };
}
