import type { Hono } from 'hono';
import { CallerError } from '../../platform/errors.ts';
import { mount } from '../../platform/http/endpoint.ts';
import type { RequestVariables } from '../../platform/http/http-app.ts';
import type { ScrapeJobId, WorkspaceId } from '../../platform/ids.ts';
import { authenticate, type DoorEffects } from '../../tenants/index.ts';
import type { LearningEffects } from '../effects.ts';
import { getJob, type ScrapeJob } from '../jobs/store.ts';
import { targetEndpoints } from './endpoints.ts';
import { requestTarget } from './request-target.ts';
import { getResult } from './result-store.ts';

/** Where servers may send their key, besides `Authorization`. */
const keyHeaders = ['X-API-Key', 'X-API-Token'];
/** A reply must begin within 50 s. */
const longestWaitMs = 45_000;
const lookEveryMs = 250;

/** Serves the reading of elements of pages to servers with an API key of any scope. */
export function mountTarget(
  app: Hono<{ Variables: RequestVariables }>,
  effects: LearningEffects & DoorEffects,
): void {
  mount(app, targetEndpoints.scrapeTarget, async ({ body }, context) => {
    const workspace = await serverOf(context.req.raw.headers, effects);
    const job = await requestTarget(workspace, body, effects);
    if (body.execution === 'async') return { status: job.status, job_id: job.id };
    // The job itself ends by its own limit: this waits a little longer, to hear of it.
    const until = effects.clock.now() + Math.min(body.timeout_ms + 2_000, longestWaitMs);
    return context.json(await ended(workspace, job.id, until, effects), 200);
  });

  mount(app, targetEndpoints.readTarget, async ({ params: { job_id: id } }, context) => {
    const workspace = await serverOf(context.req.raw.headers, effects);
    const job = await getJob(workspace, id, effects);
    if (job?.type !== 'api_target_scrape') throw new CallerError('not_found', `there is no such job ${id}`);
    return described(workspace, job, effects);
  });
}

async function serverOf(headers: Headers, effects: DoorEffects): Promise<WorkspaceId> {
  const principal = await authenticate(headers, effects, { keyHeaders, accepted: 'an API key' });
  if (principal.kind === 'visitor')
    throw new CallerError('forbidden', 'this needs an API key, not a visitor token');
  return principal.workspace;
}

/** Waits for the end of the job. Throws why there is no result, with the job's id in the details. */
async function ended(workspace: WorkspaceId, id: ScrapeJobId, until: number, effects: LearningEffects) {
  const details = { job_id: id };
  for (;;) {
    const job = await getJob(workspace, id, effects);
    if (!job) throw new CallerError('not_found', `the job ${id} was deleted`, { details });
    if (job.status === 'completed') return described(workspace, job, effects);
    if (job.status === 'failed') throw new CallerError(codeOf(job), job.error ?? 'it failed', { details });
    if (effects.clock.now() >= until) {
      const message = `there is no result yet; the job goes on, ask for it with GET /api/scrape-target/${id}`;
      throw new CallerError('timeout', message, { details });
    }
    await effects.clock.sleep(lookEveryMs);
  }
}

const codeOf = ({ failure }: ScrapeJob) =>
  failure === 'no_match' ? 'not_found' : failure === 'timeout' ? 'timeout' : 'bad_gateway';

async function described(workspace: WorkspaceId, job: ScrapeJob, effects: LearningEffects) {
  const result = job.status === 'completed' ? await getResult(workspace, job.id, effects) : undefined;
  return { status: job.status, job_id: job.id, result, error: job.error };
}
