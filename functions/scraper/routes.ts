import type { Hono } from 'hono';
import { etag } from 'hono/etag';
import { readCoverage } from './crawl/coverage-store.ts';
import { mount } from '../platform/http/endpoint.ts';
import { CallerError } from '../platform/errors.ts';
import type { ModeName, WorkspaceId } from '../platform/ids.ts';
import type { AdminVariables } from '../tenants/index.ts';
import { learningEndpoints } from './endpoints.ts';
import { checkAddress, requestLearning } from './jobs/request-learning.ts';
import { mountFiles } from './files/routes.ts';
import { returnFiles, type TriageEffects } from './files/triage.ts';
import type { LearningModes } from './pages/block-pages.ts';
import { mountPages } from './pages/routes.ts';
import type { ReportEffects } from './verify/report.ts';
import { mountVerification } from './verify/routes.ts';
import { describeJob } from './jobs/describe-job.ts';
import { deleteJob, getJob, listJobs } from './jobs/store.ts';

/** Finds or creates the mode of that name. Without a name it is the workspace's default mode. */
export type EnsureMode = (
  workspace: WorkspaceId,
  name: string | undefined,
) => Promise<{ mode: { name: ModeName }; created: boolean }>;

/** Serves the scrape jobs of the caller's workspace. The app must have authenticated its caller as an administrator. */
export function mountLearning(
  app: Hono<{ Variables: AdminVariables }>,
  effects: ReportEffects & TriageEffects,
  ensureMode: EnsureMode,
  modes: LearningModes,
): void {
  mountPages(app, effects, modes);
  mountVerification(app, effects, modes);
  mountFiles(app, effects, modes);

  mount(app, learningEndpoints.requestScrape, async ({ body }, context) => {
    const { workspace } = context.get('principal');
    // Checked before the mode is created: a mistyped address shall leave nothing behind.
    await checkAddress(body.url, effects);
    const { mode, created } = await ensureMode(workspace, body.mode);
    const { url, max_pages: maxPages } = body;
    const job = await requestLearning(workspace, { url, mode: mode.name, maxPages }, effects);
    return {
      job_id: job.id,
      status: job.status,
      mode_name: job.mode,
      mode_created: created,
      message: `learning ${job.url} for the mode "${job.mode}"`,
    };
  });

  app.get(learningEndpoints.readScrapeJob.path.replace('{id}', ':id'), etag(), async (context, next) => {
    await next();
    context.header('Cache-Control', 'no-cache');
  });
  mount(app, learningEndpoints.readScrapeJob, async ({ params }, context) => {
    const job = await getJob(context.get('principal').workspace, params.id, effects);
    if (!job) throw noSuchJob(params.id);
    return describeJob(job);
  });

  mount(app, learningEndpoints.readCoverage, async ({ params }, context) => {
    const { workspace } = context.get('principal');
    if (!(await getJob(workspace, params.id, effects))) throw noSuchJob(params.id);
    const reports = await readCoverage(workspace, params.id, effects);
    return { sites: reports.map(({ url, site, report }) => ({ url, domain: site, coverage: report })) };
  });

  mount(app, learningEndpoints.listScrapeJobs, async ({ query }, context) => {
    const { workspace } = context.get('principal');
    const jobs = await listJobs(workspace, { mode: query.mode, limit: 50 }, effects);
    return { jobs: jobs.map(describeJob) };
  });

  mount(app, learningEndpoints.cancelScrapeJob, async ({ params }, context) => {
    const { workspace } = context.get('principal');
    const job = await getJob(workspace, params.id, effects);
    if (!job || !(await deleteJob(workspace, params.id, effects))) throw noSuchJob(params.id);
    await returnFiles(workspace, job, 'its job was stopped', effects);
    effects.log.info('scrape.deleted', { workspace, job: params.id });
    return { status: 'deleted' as const };
  });
}

const noSuchJob = (id: string): CallerError => new CallerError('not_found', `there is no scrape job ${id}`);
