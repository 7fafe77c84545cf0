import { takeFromMode } from '../../knowledge/index.ts';
import { modesThatReach } from '../crawl/page-outcome.ts';
import { loadPages } from '../crawl/page-store.ts';
import { forgetSeeds } from '../crawl/seed-store.ts';
import type { ScraperEffects } from '../effects.ts';
import { beginIndexing, watchIndex } from './end-job.ts';
import { leaveMode } from './leave-mode.ts';
import type { Slice, SliceOutcome } from './slice.ts';
import { updateJob } from './store.ts';
import { resultOf } from './sums.ts';

/** How long a slice waits for the index. */
const indexPatienceMs = 30_000;
const pagesAtOnce = 100;

/**
 * Takes the job's pages, or all pages of its site, out of its mode. A page that no other mode has is forgotten. After a
 * crash the pages that are left are taken out by the next slice.
 */
export async function removePages(slice: Slice, effects: ScraperEffects): Promise<SliceOutcome> {
  const { workspace, job, tally, signal } = slice;
  tally.phase = 'removing';
  const records = await loadPages(workspace, job.site, effects);
  const wanted = job.pages ? job.pages.flatMap(key => records.get(key) ?? []) : [...records.values()];
  const pages = wanted.filter(({ reached }) => modesThatReach(reached).includes(job.mode));
  tally.found = Math.max(job.progress.found, pages.length);
  tally.removed = tally.found - pages.length;
  // Before the first is taken out: a later worker counts by it.
  const begun = { progress: tally.progress(slice.elapsed()) };
  if (!(await updateJob(workspace, job.id, begun, effects))) return 'ended';
  for (let at = 0; at < pages.length; at += pagesAtOnce) {
    signal.throwIfAborted();
    const some = pages.slice(at, at + pagesAtOnce);
    // First the index: after a crash in between, the records still tell what is to be done.
    await takeFromMode(
      workspace,
      job.mode,
      some.flatMap(({ document }) => document ?? []),
      effects,
    );
    await leaveMode(workspace, job.site, job.mode, some, effects);
    tally.removed += some.length;
  }
  if (!job.pages) await forgetSeeds(workspace, job.mode, effects, job.site);
  slice.stopTheClock();
  tally.phase = 'indexing';
  const progress = tally.progress(slice.elapsed());
  const result = { ...resultOf([]), removed: tally.removed };
  const done = await beginIndexing(workspace, job, { progress, result }, effects);
  if (!done) return 'ended';
  return watchIndex(workspace, done, effects.clock.now() + indexPatienceMs, effects, signal);
}
