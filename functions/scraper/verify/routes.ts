import type { Hono } from 'hono';
import { isoTime } from '../../platform/clock.ts';
import { CallerError } from '../../platform/errors.ts';
import { mount } from '../../platform/http/endpoint.ts';
import type { AdminVariables } from '../../tenants/index.ts';
import { modesThatReach } from '../crawl/page-outcome.ts';
import { getPage } from '../crawl/page-store.ts';
import { learningEndpoints } from '../endpoints.ts';
import { mustBeAllowed } from '../pages/follow-hosts.ts';
import { queueJob } from '../jobs/queue-job.ts';
import type { LearningModes } from '../pages/block-pages.ts';
import { listBlocked } from '../pages/blocked-page-store.ts';
import { keyOf, noSuchPage, siteOfKey } from '../pages/content-id.ts';
import { listPages } from '../pages/list-pages.ts';
import { type ReportEffects, type VerificationCounts, verificationReport } from './report.ts';

/** Serves the refreshing and the verification of learned pages. */
export function mountVerification(
  app: Hono<{ Variables: AdminVariables }>,
  effects: ReportEffects,
  modes: LearningModes,
): void {
  mount(app, learningEndpoints.refreshPage, async ({ params, query }, context) => {
    const { workspace } = context.get('principal');
    const key = keyOf(params.content_id);
    const site = siteOfKey(key);
    const record = await getPage(workspace, site, key, effects);
    const having = record ? modesThatReach(record.reached) : [];
    const mode = having.find(one => query.mode === undefined || one === query.mode);
    if (!record || mode === undefined) throw noSuchPage(params.content_id);
    if ((await listBlocked(workspace, mode, effects)).some(page => page.key === key))
      throw new CallerError('bad_request', `the page is blocked for the mode "${mode}": unblock it first`);
    await mustBeAllowed(workspace, mode, new URL(record.url), effects);
    const about = { url: record.url, site, mode, maxPages: 1, pages: [key] };
    const { id } = await queueJob(workspace, { ...about, type: 'single_url_refresh' }, effects);
    return { status: 'queued' as const, job_id: id, mode, message: `visiting ${record.url} anew` };
  });

  mount(app, learningEndpoints.verifyPages, async ({ params: { mode_id: mode } }, context) => {
    const { workspace } = context.get('principal');
    await modes.mustExist(workspace, mode);
    const pages = await listPages(workspace, mode, effects);
    const waiting = pages.filter(
      ({ record }) =>
        record.outcome === 'learned' &&
        (record.verification?.status ?? 'pending_verification') === 'pending_verification',
    );
    const jobs: string[] = [];
    for (const [site, ofSite] of Map.groupBy(waiting, page => page.site)) {
      const url = ofSite[0]?.record.url ?? `https://${site}/`;
      const job = { type: 'verification', url, site, mode, maxPages: ofSite.length } as const;
      jobs.push((await queueJob(workspace, job, effects)).id);
    }
    const message =
      jobs.length === 0
        ? 'no page waits for it'
        : `verifying ${waiting.length} ${waiting.length === 1 ? 'page' : 'pages'}`;
    return { status: 'queued' as const, job_ids: jobs, message };
  });

  mount(app, learningEndpoints.readVerification, async ({ params: { mode_id: mode } }, context) => {
    const { workspace } = context.get('principal');
    await modes.mustExist(workspace, mode);
    const { total, sites, answers, complete } = await verificationReport(workspace, mode, effects);
    const { pending, unchanged, updated, failed } = total;
    return {
      statistics: { total: pending + unchanged + updated + failed, ...described(total) },
      sites: sites.map(({ domain, ...counts }) => ({ domain, ...described(counts) })),
      affected_answers: answers.map(({ run, thread, endedAt, question, url, excerpt, state }) => ({
        run_id: run,
        thread_id: thread,
        answered_at: isoTime(endedAt),
        question,
        url,
        excerpt,
        state,
      })),
      truncated: !complete,
    };
  });
}

const described = ({ pending, unchanged, updated, failed, gone }: VerificationCounts) => ({
  pending_verification: pending,
  verified_unchanged: unchanged,
  verified_updated: updated,
  verification_failed: failed,
  gone,
});
