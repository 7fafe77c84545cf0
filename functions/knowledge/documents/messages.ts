import * as z from 'zod';
import type { DocumentId, ModeName, SubmissionId, WorkspaceId } from '../../platform/ids.ts';

const workspace = z.string().transform(id => id as WorkspaceId);
const mode = z.string().transform(name => name as ModeName);
const submission = z
  .string()
  .min(1)
  .transform(id => id as SubmissionId);
const documents = z.array(z.string().transform(id => id as DocumentId));

/**
 * The messages to the index writer. They come in order, by a FIFO queue with one group for each workspace. They hold no
 * content: that is in the document bucket, under the name of its submission.
 */
export const indexMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('put'), workspace, submission, documents }),
  z.object({ kind: z.literal('remove'), workspace, submission, documents }),
  z.object({ kind: z.literal('marker'), workspace, marker: z.string() }),
  z.object({ kind: z.literal('leave'), workspace, mode, documents: documents.optional() }),
  z.object({ kind: z.literal('remove_files'), workspace, mode, documents: documents.optional() }),
  z.object({ kind: z.literal('check'), workspace, marker: z.string().optional() }),
]);

export type IndexMessage = z.infer<typeof indexMessageSchema>;

/** The index writer's request to the scraper: learn all sites of the workspace again, since its index is lost. */
export const relearnMessageSchema = z.object({ kind: z.literal('relearn'), workspace });

export type RelearnMessage = z.infer<typeof relearnMessageSchema>;

/**
 * Compare the vectors of a workspace with its chunks. `failures`: how often in a row the embedder has failed at it.
 * `suspect`: somebody has found the vectors damaged, so check them first.
 */
export const embedMessageSchema = z.object({
  workspace,
  failures: z.int().min(0).default(0),
  suspect: z.boolean().optional(),
});

export type EmbedMessage = z.infer<typeof embedMessageSchema>;
