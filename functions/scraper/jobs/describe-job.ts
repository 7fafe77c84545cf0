import type * as z from 'zod';
import type { jobProgress, jobResult, scrapeJob, SiteResult } from '../schema.ts';
import { scopeOf } from '../fetch/address.ts';
import type { ScrapeJob } from './store.ts';

/** The job as the admin API shows it. */
export function describeJob(job: ScrapeJob): z.input<typeof scrapeJob> {
  const sites = job.finished.map(describeSite);
  return {
    _id: job.id,
    mode_id: job.mode,
    mode_name: job.mode,
    job_type: job.type,
    domain: job.site,
    environment: job.environment,
    url: job.url,
    sites,
    total_sites: sitesOf(job),
    status: job.status,
    progress: describeProgress(job),
    result: describeResult(job, sites),
    error: job.error ?? null,
    created_at: job.createdAt,
    started_at: job.startedAt ?? null,
    resumed_at: job.resumedAt ?? null,
    completed_at: job.completedAt ?? null,
  };
}

/** The progress, also by the names that clients of the earlier system read. */
export function describeProgress(job: ScrapeJob): z.input<typeof jobProgress> {
  const { progress } = job;
  const { found, added, updated, unchanged, removed, failed } = progress;
  const done = added + updated + unchanged + removed + failed;
  return {
    ...progress,
    total_sites: sitesOf(job),
    current_site: job.url,
    total_pages: found,
    urls_discovered: found,
    scraped_pages: added + updated,
    reused_pages: unchanged,
    failed_pages: failed,
    ...(job.type === 'verification'
      ? { current_page: done, verified_unchanged: unchanged, verified_updated: updated }
      : {}),
    ...(job.type === 'site_delete' ? { total: found, current: removed } : {}),
  };
}

/** The result, likewise. */
function describeResult(job: ScrapeJob, sites: ReturnType<typeof describeSite>[]) {
  const { result, mode, status } = job;
  if (!result) return null;
  const earlier: Omit<z.input<typeof jobResult>, keyof typeof result> = {
    success: status === 'completed',
    mode,
    total_sites: sitesOf(job),
    total_pages_scraped: result.added + result.updated,
    total_pages_reused: result.unchanged,
    total_pages_failed: result.failed,
    sites,
  };
  return { ...result, ...earlier };
}

const describeSite = (site: SiteResult) => ({
  base_url: site.url,
  domain: site.domain,
  pages_scraped: site.added + site.updated,
  pages_reused: site.unchanged,
  pages_failed: site.failed,
  status: site.error === undefined ? ('completed' as const) : ('failed' as const),
  is_single_page: scopeOf(new URL(site.url)).kind === 'page',
  error: site.error ?? null,
});

const sitesOf = (job: ScrapeJob): number =>
  job.finished.length + job.pending.length + (isAtSite(job) ? 1 : 0);

/** Whether the job is at an address that is not among the finished ones. */
const isAtSite = ({ finished, url }: ScrapeJob): boolean => finished.every(site => site.url !== url);
