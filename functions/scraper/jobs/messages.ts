import * as z from 'zod';
import { relearnMessageSchema } from '../../knowledge/index.ts';
import type { ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';

/**
 * A message to the worker. `run`: do a slice of the job, which may be its first. `watch`: make sure that a worker has
 * the job, and come back in a while. One `watch` message follows each job until it has ended. `turn`: which slice it is
 * for; when another message has led to that one already, nothing is done.
 */
export const jobMessageSchema = z.object({
  kind: z.enum(['run', 'watch']),
  workspace: z.string().transform(id => id as WorkspaceId),
  job: z.string().transform(id => id as ScrapeJobId),
  turn: z.int().optional(),
});

/** `relearn` comes from the index writer. The index of the workspace was lost, and all its sites are learned again. */
export const scrapeMessageSchema = z.union([jobMessageSchema, relearnMessageSchema]);

export type ScrapeMessage = z.infer<typeof scrapeMessageSchema>;
