import type { Hono } from 'hono';
import { CallerError } from '../../platform/errors.ts';
import { mount } from '../../platform/http/endpoint.ts';
import type { AdminVariables } from '../../tenants/index.ts';
import { modesThatReach } from '../crawl/page-outcome.ts';
import { getPage } from '../crawl/page-store.ts';
import { listSeeds } from '../crawl/seed-store.ts';
import type { LearningEffects } from '../effects.ts';
import { learningEndpoints } from '../endpoints.ts';
import { siteOf } from '../fetch/address.ts';
import { describeProgress } from '../jobs/describe-job.ts';
import { queueJob } from '../jobs/queue-job.ts';
import { requestLearning, usableSites } from '../jobs/request-learning.ts';
import { listJobs } from '../jobs/store.ts';
import { readPlan, stampPlan } from '../plans/store.ts';
import type { LearningModes } from './block-pages.ts';
import { mountBlocking } from './block-routes.ts';
import { contentIdOf, keyOf, noSuchPage, siteOfKey } from './content-id.ts';
import { deletePages } from './delete-pages.ts';
import { groupBySite, type ListedPage, listPages } from './list-pages.ts';

/** Serves the learned pages of the caller's modes, and what they block. */
export function mountPages(
  app: Hono<{ Variables: AdminVariables }>,
  effects: LearningEffects,
  modes: LearningModes,
): void {
  const endpoints = learningEndpoints;
  mountBlocking(app, effects, modes);

  mount(app, endpoints.triggerScrape, async ({ params: { mode_id: mode } }, context) => {
    const { workspace } = context.get('principal');
    await modes.mustExist(workspace, mode);
    const { sites } = await readPlan(workspace, mode, effects);
    if (sites.length === 0)
      throw new CallerError('bad_request', `the mode "${mode}" names no sites: set its \`scrape_sites\``);
    const { usable, refusals } = await usableSites(workspace, { mode, sites }, effects);
    const [url, ...further] = usable;
    const [refusal] = refusals;
    if (url === undefined) throw refusal;
    const job = await requestLearning(workspace, { url, further, mode }, effects);
    await stampPlan(workspace, mode, effects);
    const what = usable.length === 1 ? url : `${usable.length} sites`;
    const left = refusal === undefined ? '' : `; ${refusals.length} left out: ${refusal.message}`;
    return {
      status: 'queued' as const,
      job_id: job.id,
      mode_name: mode,
      message: `learning ${what} for the mode "${mode}"${left}`,
      total_sites: usable.length,
    };
  });

  mount(app, endpoints.readLearningStatus, async ({ params: { mode_id: mode } }, context) => {
    const { workspace } = context.get('principal');
    await modes.mustExist(workspace, mode);
    const plan = await readPlan(workspace, mode, effects);
    const pages = await listPages(workspace, mode, effects);
    const seeds = await listSeeds(workspace, effects);
    return {
      mode,
      last_scraped_at: plan.lastScrapedAt ?? null,
      has_scraped_content: seeds.some(seed => seed.mode === mode),
      scrape_frequency: plan.frequency,
      configured_sites: plan.sites,
      scraped_content: pages.map(described),
    };
  });

  mount(app, endpoints.listScrapedSites, async ({ params: { mode_id: mode } }, context) => {
    const { workspace } = context.get('principal');
    await modes.mustExist(workspace, mode);
    const sites = groupBySite(await listPages(workspace, mode, effects));
    return {
      sites: sites.map(({ domain, pages, words, lastLearned, sampleUrl }) => ({
        domain,
        total_pages: pages,
        total_words: words,
        last_scraped: lastLearned ?? null,
        sample_url: sampleUrl,
      })),
    };
  });

  mount(app, endpoints.deleteScrapedSite, async ({ params: { mode_id: mode, domain } }, context) => {
    const { workspace } = context.get('principal');
    await modes.mustExist(workspace, mode);
    const url = URL.parse(`https://${domain}`);
    const site = url ? siteOf(url) : domain;
    const pages = (await listPages(workspace, mode, effects)).filter(page => page.site === site);
    const [first] = pages;
    if (!first) throw new CallerError('not_found', `the mode "${mode}" has no pages of ${site}`);
    const { id } = await queueJob(
      workspace,
      { type: 'site_delete', url: first.record.url, site, mode, maxPages: pages.length },
      effects,
    );
    const message = `taking ${pages.length} pages of ${site} out of the mode "${mode}"`;
    return { status: 'deleting' as const, job_id: id, message };
  });

  mount(app, endpoints.listScrapedContent, async ({ query: { mode } }, context) => {
    const { workspace } = context.get('principal');
    if (mode !== undefined) await modes.mustExist(workspace, mode);
    const pages = await listPages(workspace, mode, effects);
    return {
      scraped_content: pages.map(page => ({
        ...described(page),
        mode: mode ?? page.modes[0] ?? '',
        modes: [...page.modes],
      })),
    };
  });

  mount(app, endpoints.deleteScrapedContent, async ({ params, query }, context) => {
    const { workspace } = context.get('principal');
    const key = keyOf(params.content_id);
    const record = await getPage(workspace, siteOfKey(key), key, effects);
    const having = record ? modesThatReach(record.reached) : [];
    const from = having.filter(mode => query.mode === undefined || mode === query.mode);
    if (from.length === 0) throw noSuchPage(params.content_id);
    const jobs = [];
    for (const mode of from) jobs.push(...(await deletePages(workspace, mode, [key], effects)));
    const message = `taking the page out of ${from.map(mode => `"${mode}"`).join(', ')}`;
    return { status: 'queued' as const, message, job_id: jobs[0] ?? '' };
  });

  mount(app, endpoints.listActiveJobs, async ({ params: { mode_id: mode } }, context) => {
    const { workspace } = context.get('principal');
    await modes.mustExist(workspace, mode);
    const jobs = await listJobs(workspace, { mode, limit: 50 }, effects);
    const active = jobs.filter(({ status }) => status === 'queued' || status === 'in_progress');
    return {
      jobs: active.map(job => ({
        _id: job.id,
        job_type: job.type,
        domain: job.site,
        status: job.status,
        progress: describeProgress(job),
      })),
    };
  });
}

const described = ({ record }: ListedPage) => ({
  _id: contentIdOf(record.key),
  url: record.url,
  title: record.title ?? '',
  status: record.outcome === 'learned' ? ('active' as const) : ('failed' as const),
  scraped_at: record.learnedAt ?? null,
  error_message: record.change === 'failed' ? (record.reason ?? null) : null,
  word_count: record.words ?? 0,
});
