import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { DocumentId, ModeName, WorkspaceId } from '../platform/ids.ts';
import type { KnowledgeEffects } from './effects.ts';
import type { IndexedDocument } from './index-store.ts';

type BlobEffects = Pick<KnowledgeEffects, 'documents'>;

/** A version as it is stored: the text once, and the ranges of its chunks. */
const versionSchema = z.object({
  url: z.string(),
  title: z.string(),
  modes: z.array(z.string().transform(name => name as ModeName)),
  language: z.string().optional(),
  text: z.string(),
  chunks: z.array(
    z.object({
      start: z.int().min(0),
      end: z.int().min(0),
      headings: z.array(z.string()),
      anchor: z.string().optional(),
      page: z.int().optional(),
    }),
  ),
});

export type StoredVersion = z.input<typeof versionSchema>;

/** Ids that could be read as a path, or are longer than a file name, are spelled as their hash. */
export function versionKey(workspace: WorkspaceId, id: DocumentId, version: number): string {
  const name = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(id)
    ? id
    : createHash('sha256').update(id).digest('hex');
  return `${workspace}/documents/${name}/${version}.json`;
}

export async function putVersion(
  workspace: WorkspaceId,
  id: DocumentId,
  version: number,
  stored: StoredVersion,
  effects: BlobEffects,
): Promise<void> {
  await effects.documents.put(versionKey(workspace, id, version), JSON.stringify(stored), 'application/json');
}

/** Undefined when it is not there. Throws when it is not a stored version. */
export async function getVersion(
  workspace: WorkspaceId,
  id: DocumentId,
  version: number,
  effects: BlobEffects,
): Promise<IndexedDocument | undefined> {
  const body = await effects.documents.get(versionKey(workspace, id, version));
  if (!body) return undefined;
  const { text, chunks, ...rest } = versionSchema.parse(JSON.parse(Buffer.from(body).toString('utf8')));
  return {
    id,
    version,
    url: rest.url,
    title: rest.title,
    modes: rest.modes,
    chunks: chunks.map(({ start, end, headings, anchor, page }, position) => ({
      position,
      text: text.slice(start, end),
      start,
      end,
      headings,
      ...(anchor === undefined ? {} : { anchor }),
      ...(page === undefined ? {} : { page }),
    })),
  };
}

export const deleteVersion = (
  workspace: WorkspaceId,
  id: DocumentId,
  version: number,
  effects: BlobEffects,
): Promise<void> => effects.documents.delete(versionKey(workspace, id, version));
