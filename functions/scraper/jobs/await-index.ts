import { markerReached, requestMarker } from '../../knowledge/index.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { ScraperEffects } from '../effects.ts';
import { endJob } from './end-job.ts';
import type { ScrapeProgress, ScrapeResult } from '../schema.ts';
import { type ScrapeJob, updateJob } from './store.ts';

/** A job whose crawl is done: it will have its result when the index has all that it submitted. */
export interface CrawledJob {
  readonly id: ScrapeJob['id'];
  readonly progress: ScrapeProgress;
  readonly indexing: NonNullable<ScrapeJob['indexing']>;
}

/** The index takes seconds. A writer that is down, or has a long queue, may take so long before it counts as broken. */
const longestMs = 3600_000;

/**
 * Asks the index to say when it has all that the job submitted. From here on the job is not crawled again, whatever
 * happens to its worker. Undefined when the job was deleted.
 */
export async function beginIndexing(
  workspace: WorkspaceId,
  { id }: Pick<ScrapeJob, 'id'>,
  { progress, result }: { progress: ScrapeProgress; result: ScrapeResult },
  effects: ScraperEffects,
): Promise<CrawledJob | undefined> {
  const marker = `scrape-${id}-${effects.ids.uuid()}`;
  // Before it is remembered: a marker that nobody asked for would never be reached.
  await requestMarker(workspace, marker, effects);
  const indexing = { marker, since: effects.clock.now(), result };
  const running = await updateJob(workspace, id, { progress, indexing, attempts: 0 }, effects);
  return running ? { id, progress, indexing } : undefined;
}

/** Ends the job when the index has caught up with it, or has not for an hour. Harmless when two do it at a time. */
export async function lookAtIndex(
  workspace: WorkspaceId,
  { id, progress, indexing: { marker, since, result } }: CrawledJob,
  effects: ScraperEffects,
): Promise<'ended' | 'indexing'> {
  if (await markerReached(workspace, marker, effects)) {
    await endJob(workspace, { id }, { progress: { ...progress, phase: 'done' }, result }, effects);
    return 'ended';
  }
  if (effects.clock.now() - since < longestMs) return 'indexing';
  await endJob(workspace, { id }, { progress, error: notIndexed(result) }, effects);
  return 'ended';
}

const notIndexed = ({ pages }: ScrapeResult): string =>
  `${pages} pages were fetched and wait for the search index, which did not take them within ` +
  `${longestMs / 60_000} minutes; once the index works again they can be found, or learn again`;

/** Looks until the job has ended, or `until` (epoch milliseconds) has come. Throws the signal's reason. */
export async function watchIndex(
  workspace: WorkspaceId,
  job: CrawledJob,
  until: number,
  effects: ScraperEffects,
  signal: AbortSignal,
): Promise<'ended' | 'indexing'> {
  for (;;) {
    const found = await lookAtIndex(workspace, job, effects);
    if (found === 'ended' || effects.clock.now() >= until) return found;
    await effects.clock.sleep(100, signal);
  }
}
