import { markerReached, requestMarker } from '../../knowledge/index.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects, ScraperEffects } from '../effects.ts';
import type { ScrapeProgress, ScrapeResult, SiteResult } from '../schema.ts';
import { noteEnd } from '../plans/note-end.ts';
import { finishJob, type ScrapeJob, updateJob } from './store.ts';

/** A job whose crawl is done. It ends when the index has all that it submitted. */
export interface CrawledJob {
  readonly id: ScrapeJob['id'];
  readonly progress: ScrapeProgress;
  readonly indexing: NonNullable<ScrapeJob['indexing']>;
}

/** The index usually takes seconds. A writer that has not finished after this time counts as broken. */
const longestMs = 3600_000;

/**
 * Asks for a marker that tells when the index has all that the job submitted. From here on the job is not crawled
 * again, even when its worker dies. Undefined when the job was deleted.
 */
export async function beginIndexing(
  workspace: WorkspaceId,
  { id }: Pick<ScrapeJob, 'id'>,
  {
    progress,
    result,
    finished,
  }: {
    progress: ScrapeProgress;
    result: ScrapeResult;
    finished?: readonly SiteResult[];
  },
  effects: ScraperEffects,
): Promise<CrawledJob | undefined> {
  const marker = `scrape-${id}-${effects.ids.uuid()}`;
  // Requested before it is stored in the job. After a crash in between, a stored marker would never be reached.
  await requestMarker(workspace, marker, effects);
  const indexing = { marker, since: effects.clock.now(), result };
  const change = { progress, indexing, attempts: 0, ...(finished === undefined ? {} : { finished }) };
  const running = await updateJob(workspace, id, change, effects);
  return running ? { id, progress, indexing } : undefined;
}

/**
 * Ends the job when the index has reached the marker, or when it has not after an hour. Two callers at a time do no
 * harm.
 */
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

/**
 * Looks again and again until the job has ended or `until` (epoch milliseconds) has come. Throws the signal's reason.
 */
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

/** Ends the job, unless it has ended already. Writes a log line and the metrics. */
export async function endJob(
  workspace: WorkspaceId,
  job: Pick<ScrapeJob, 'id'>,
  outcome: Parameters<typeof finishJob>[2],
  effects: LearningEffects,
): Promise<void> {
  if (!(await finishJob(workspace, job.id, outcome, effects))) return;
  await noteEnd(workspace, job.id, effects);
  const { fetched, failed, removed } = outcome.progress;
  effects.metrics.add('PageFetched', fetched, 'Count');
  if (failed > 0) effects.metrics.add('PageFailed', failed, 'Count');
  if (outcome.error !== undefined) effects.metrics.add('ScrapeJobFailed', 1, 'Count');
  effects.log.info('scrape.finished', {
    workspace,
    job: job.id,
    status: outcome.error === undefined ? 'completed' : 'failed',
    fetched,
    failed,
    removed,
  });
}
