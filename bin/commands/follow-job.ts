import * as z from 'zod';
import { scrapeJob } from '../../functions/scraper/schema.ts';
import { type ApiClient, ApiRefusal, ApiUnreachable, readReply } from './api-client.ts';
import { type CommandEffects, commandLine } from './command.ts';
import { CommandError, type ExitCode, exitCodes } from './command-error.ts';
import { counted, outcomes, type ScrapeJob } from './report-job.ts';

export async function cancelJob(api: ApiClient, id: string, { terminal }: CommandEffects): Promise<ExitCode> {
  const response = await api.send(jobPath(id), { method: 'DELETE' });
  await readReply(response, z.object({ status: z.string() }));
  terminal.write(`Job ${id} is stopped; what it has done stays.\n`);
  return exitCodes.done;
}

const jobPath = (id: string) => `/admin/scrape/job/${encodeURIComponent(id)}`;
const pollMs = 1_000;
/**
 * The command waits so long for a system that restarts or can not be reached. Then it stops following; the job goes on.
 */
const patienceMs = 60_000;

/** Polls the job until it has ended, showing its progress. */
export async function followJob(api: ApiClient, id: string, effects: CommandEffects): Promise<ScrapeJob> {
  const { clock, terminal, interrupted } = effects;
  let etag: string | undefined;
  let phase: ScrapeJob['progress']['phase'] | undefined;
  let line = '';
  let heardAt = clock.now();
  try {
    for (;;) {
      const answer = await poll(api, id, etag, interrupted);
      if (answer === 'silent' && clock.now() - heardAt > patienceMs) {
        throw new CommandError(exitCodes.noAccess, `lost ${api.url}; the job may go on. ${howToGoOn(id)}`);
      }
      if (answer !== 'silent') heardAt = clock.now();
      if (typeof answer === 'object') {
        etag = answer.etag;
        const { status, progress } = answer.job;
        line = progressLine(answer.job);
        const ended = status === 'completed' || status === 'failed';
        terminal.progress(line, ended || progress.phase !== phase);
        if (ended) return answer.job;
        phase = progress.phase;
      } else if (line !== '') {
        // It may still wait for the time of the next line.
        terminal.progress(line);
      }
      await clock.sleep(pollMs, interrupted);
    }
  } catch (error) {
    if (!interrupted.aborted) throw error;
    throw new CommandError(exitCodes.interrupted, `Left running. ${howToGoOn(id)}`);
  }
}

const howToGoOn = (id: string): string =>
  `See how it goes:  ${commandLine} learn --follow ${id}\nStop it:          ${commandLine} learn --cancel ${id}`;

async function poll(
  api: ApiClient,
  id: string,
  etag: string | undefined,
  signal: AbortSignal,
): Promise<{ job: ScrapeJob; etag: string | undefined } | 'same' | 'silent'> {
  try {
    const headers = etag === undefined ? {} : { 'if-none-match': etag };
    const response = await api.send(jobPath(id), { headers, signal });
    if (response.status === 304) return 'same';
    const job = await readReply(response, scrapeJob);
    return { job, etag: response.headers.get('etag') ?? undefined };
  } catch (error) {
    if (error instanceof ApiUnreachable) return 'silent';
    if (error instanceof ApiRefusal && (error.status >= 500 || error.status === 429)) return 'silent';
    throw error;
  }
}

/** The counts in words, without those that are zero, so that they fit a line. */
function progressLine({ job_type: type, progress }: ScrapeJob): string {
  const { phase, found, chunks, pages_per_second: rate } = progress;
  if (phase === 'waiting') return phase;
  const some = outcomes(progress).filter(outcome => !outcome.startsWith('0 '));
  const counts = [`${found} found`, ...some].join(', ');
  const pace = type === 'scrape' ? `; ${counted(chunks, 'chunk')}, ${rate.toFixed(1)} pages/s` : '';
  return `${phase}: ${counts}${pace}`;
}
