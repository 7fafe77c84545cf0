import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { demo } from './prepare-workspace.ts';

const accepted = z.object({ job_id: z.string() });
const job = z.object({
  status: z.enum(['queued', 'in_progress', 'completed', 'failed']),
  error: z.string().nullable(),
});

const giveUpAfterMs = 120_000;

/**
 * Learns the sample site as an operator would: by the admin API, through the queue and the crawler. Resolves when the mode answers from
 * it; throws with the job's own reason when that failed.
 */
export async function learnSample(url: string, key: string): Promise<void> {
  const call = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const response = await fetch(new URL(path, url), {
      ...init,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${init.method ?? 'GET'} ${path}: HTTP ${response.status} ${text.slice(0, 300)}`);
    return JSON.parse(text);
  };
  const body = JSON.stringify({ url: `${url}/sample/`, mode: demo.mode });
  const { job_id } = accepted.parse(await call('/admin/scrape', { method: 'POST', body }));
  for (const until = Date.now() + giveUpAfterMs; Date.now() < until; await delay(100)) {
    const { status, error } = job.parse(await call(`/admin/scrape/job/${encodeURIComponent(job_id)}`));
    if (status === 'completed') return;
    if (status === 'failed') throw new Error(error ?? 'the job failed without a reason');
  }
  throw new Error(`it takes more than ${giveUpAfterMs / 1000} s`);
}
