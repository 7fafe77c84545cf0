import type { ModeName, ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import { modesThatReach } from '../crawl/page-outcome.ts';
import { getPages } from '../crawl/page-store.ts';
import type { LearningEffects } from '../effects.ts';
import { queueJob } from '../jobs/queue-job.ts';
import { siteOfKey } from './content-id.ts';

/** A job is one item of the table, which has room for so many addresses of pages. */
const pagesOfJob = 200;

/**
 * Queues the jobs that take the pages out of the mode, one for each site. Pages that the mode does not have are left
 * out.
 */
export async function deletePages(
  workspace: WorkspaceId,
  mode: ModeName,
  keys: readonly string[],
  effects: LearningEffects,
): Promise<ScrapeJobId[]> {
  const bySite = Map.groupBy(new Set(keys), siteOfKey);
  const jobs: ScrapeJobId[] = [];
  for (const [site, ofSite] of bySite) {
    const records = await getPages(workspace, site, ofSite, effects);
    const there = records.filter(({ reached }) => modesThatReach(reached).includes(mode));
    for (let at = 0; at < there.length; at += pagesOfJob) {
      const some = there.slice(at, at + pagesOfJob);
      const { id } = await queueJob(
        workspace,
        {
          type: 'delete_content',
          url: some[0]?.url ?? `https://${site}/`,
          site,
          mode,
          maxPages: some.length,
          pages: some.map(({ key }) => key),
        },
        effects,
      );
      jobs.push(id);
    }
  }
  return jobs;
}
