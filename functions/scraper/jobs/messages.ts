import * as z from 'zod';
import type { ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';

/**
 * What the worker is told. `run`: do a slice of the job, which may be its first. `watch`: see that the job is in somebody's
 * hands, and come back in a while; one such message follows each job until it has ended.
 */
export const scrapeMessageSchema = z.object({
  kind: z.enum(['run', 'watch']),
  workspace: z.string().transform(id => id as WorkspaceId),
  job: z.string().transform(id => id as ScrapeJobId),
});

export type ScrapeMessage = z.infer<typeof scrapeMessageSchema>;
