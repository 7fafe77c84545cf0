import { decodeHtml } from '../../knowledge/index.ts';
import { OverBudget, withinBudget } from '../../platform/within-budget.ts';
import { within } from '../../platform/within.ts';
import { hasScripts } from '../crawl/shown-page.ts';
import type { ScraperEffects } from '../effects.ts';
import { FetchFailure } from '../fetch/fetch-failure.ts';
import { fetchAtPace } from '../fetch/fetch-patiently.ts';
import { isHtml } from '../fetch/media-type.ts';
import { waitAfter } from '../fetch/pace.ts';
import { endJob } from '../jobs/end-job.ts';
import { goOn, type Slice, type SliceOutcome } from '../jobs/slice.ts';
import { htmlOf } from '../render/rendered-html.ts';
import { siteRules } from '../site/site-rules.ts';
import { resultOf } from '../jobs/sums.ts';
import { findElements } from './find-elements.ts';
import { putResult } from './result-store.ts';
import type { Target, TargetFailure, TargetMatch } from './schema.ts';

/** What ends the job without a result, in words for who asked. */
class NoResult extends Error {
  readonly failure: TargetFailure | undefined;

  constructor(message: string, failure?: TargetFailure) {
    super(message);
    this.failure = failure;
  }
}

/** Reads the wanted elements of the job's page. A second delivery finds the job ended, or does the same once more. */
export async function scrapeTarget(slice: Slice, effects: ScraperEffects): Promise<SliceOutcome> {
  const { workspace, job, tally } = slice;
  const progress = () => tally.progress(slice.elapsed());
  const fail = async (error: string, failure?: TargetFailure): Promise<SliceOutcome> => {
    await endJob(workspace, job, { progress: progress(), error, failure }, effects);
    return 'ended';
  };
  const { wanted } = job;
  if (!wanted) return fail('the job does not say what it looks for');
  tally.phase = 'crawling';
  try {
    const late = () => new NoResult(`it took longer than ${wanted.timeoutMs} ms`, 'timeout');
    const matches = await within(
      wanted.timeoutMs,
      signal => matchesOf(slice, wanted.target, effects, signal),
      late,
      effects.clock,
      slice.signal,
    );
    await putResult(workspace, job.id, { match_count: matches.length, matches }, effects);
    tally.phase = 'done';
    await endJob(workspace, job, { progress: progress(), result: resultOf([]) }, effects);
    return 'ended';
  } catch (error) {
    if (error instanceof NoResult) return fail(error.message, error.failure);
    if (error instanceof FetchFailure) return fail(error.message);
    if (error instanceof OverBudget) return fail(`the page ${error.message} to read`);
    const waitMs = waitAfter(error);
    if (waitMs === undefined) throw error;
    if (slice.elapsed() + waitMs < wanted.timeoutMs) return goOn(slice, waitMs, effects);
    return fail('the site lets nobody in for too long', 'timeout');
  }
}

/** Of the page as it comes, and where it has none and has scripts, of the page that a browser shows. */
async function matchesOf(
  { job, pace, fetcher }: Slice,
  target: Target,
  effects: ScraperEffects,
  signal: AbortSignal,
): Promise<TargetMatch[]> {
  const fetch = fetchAtPace(fetcher, pace, effects.clock, signal);
  const rules = siteRules((url, maxBytes) => fetch(url, { maxBytes }));
  const admit = async (url: URL): Promise<void> => {
    const refusal = await rules.refusal(url);
    if (refusal !== undefined) throw new NoResult(`${url.href}: ${refusal}`);
  };
  const read = (html: string) => withinBudget(effects.readingBudgetMs, () => findElements(html, target));
  const url = new URL(job.url);
  await admit(url);
  pace.honour(url, (await rules.of(url.origin)).crawlDelay);
  const page = await fetch(url, {
    admit,
    wants: (status, contentType) => status === 200 && isHtml(contentType),
  });
  if (page.status !== 200) throw new NoResult(`the page answers ${page.status}`);
  if (!page.body) throw new NoResult(`it is no web page but ${page.contentType || 'of no known type'}`);
  const plain = read(decodeHtml(page.body, page.contentType));
  if (plain.length > 0) return plain;
  if (!hasScripts(page.body)) throw new NoResult('no element of the page matches', 'no_match');
  await pace.turn(page.url, signal, { isSecond: true });
  const shown = await effects.render({ url: page.url.href, origin: url.origin }, signal);
  if (shown.kind === 'failed')
    throw new NoResult(`no element matches before the page's scripts run, and ${shown.reason}`);
  await admit(new URL(shown.url));
  const matches = read(await htmlOf(shown));
  if (matches.length === 0) throw new NoResult('no element of the page matches', 'no_match');
  return matches;
}
