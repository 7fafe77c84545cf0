import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { demo } from './demo.ts';

const accepted = z.object({ job_id: z.string() });
const jobSchema = z.object({
  status: z.enum(['queued', 'in_progress', 'completed', 'failed']),
  error: z.string().nullable(),
});
type Job = z.infer<typeof jobSchema>;

const giveUpAfterMs = 120_000;

/**
 * Learns the sample site as an operator would: by the admin API, through the queue and the crawler. Resolves when the
 * mode answers from it. Throws with the job's error when it failed.
 */
export async function learnSample(url: string, key: string): Promise<void> {
  const { status, error } = await crawl(url, key, `${url}/sample/`);
  if (status === 'failed') throw new Error(error ?? 'the job failed without a reason');
}

/**
 * Removes the sample site of an earlier start, on another port, from the knowledge: its citations would lead nowhere.
 * This works as for any website: the old address is crawled again, and now has one page, which asks not to be indexed.
 * Does nothing when another program has the old port.
 */
export async function forgetSample(url: string, key: string, oldUrl: string): Promise<void> {
  const server = createServer((request, response) => {
    const start = request.url === '/sample/';
    response.writeHead(start ? 200 : 410, { 'content-type': 'text/html', 'x-robots-tag': 'noindex' });
    response.end(start ? '<meta name="robots" content="noindex"><title>Moved</title><p>It has moved.' : '');
  });
  const listens = await new Promise<boolean>(resolve => {
    server.once('error', () => resolve(false));
    server.listen(Number(new URL(oldUrl).port), '127.0.0.1', () => resolve(true));
  });
  if (!listens) return;
  try {
    await crawl(url, key, `${oldUrl}/sample/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Starts the crawl and waits for its end. */
async function crawl(url: string, key: string, site: string): Promise<Job> {
  const body = JSON.stringify({ url: site, mode: demo.mode });
  const { job_id } = accepted.parse(await call(url, key, '/admin/scrape', { method: 'POST', body }));
  for (const until = Date.now() + giveUpAfterMs; Date.now() < until; await delay(100)) {
    const job = jobSchema.parse(await call(url, key, `/admin/scrape/job/${encodeURIComponent(job_id)}`));
    if (job.status === 'completed' || job.status === 'failed') return job;
  }
  throw new Error(`it takes more than ${giveUpAfterMs / 1000} s`);
}

async function call(url: string, key: string, path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(new URL(path, url), {
    ...init,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw new Error(`${init.method ?? 'GET'} ${path}: HTTP ${response.status} ${text.slice(0, 300)}`);
}
