import * as z from 'zod';
import type { DocumentId, WorkspaceId } from '../platform/ids.ts';

const workspace = z.string().transform(id => id as WorkspaceId);
const documents = z.array(
  z.object({ id: z.string().transform(id => id as DocumentId), version: z.int().min(1) }),
);

/**
 * What the index writer is told, in order, by a FIFO queue whose group is the workspace. Content is not in it: the
 * versions named are in the document bucket.
 */
export const indexMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('put'), workspace, documents }),
  z.object({ kind: z.literal('remove'), workspace, documents }),
  z.object({ kind: z.literal('marker'), workspace, marker: z.string() }),
]);

export type IndexMessage = z.infer<typeof indexMessageSchema>;

export interface DocumentVersion {
  id: DocumentId;
  version: number;
}
