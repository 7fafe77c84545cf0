import * as z from 'zod';
import { type ApiClient, ApiRefusal, ApiUnreachable, readReply } from './api-client.ts';
import { type Command, type CommandEffects, commandLine, usageError, parseCommandLine } from './command.ts';
import { CommandError, type ExitCode, exitCodes } from './command-error.ts';
import { pageEndpoints } from '../../functions/scraper/pages/endpoints.ts';
import { defaultMaxPages, hardMaxPages, learnReply, scrapeJob } from '../../functions/scraper/schema.ts';

type ScrapeJob = z.output<typeof scrapeJob>;

export const learn: Command = {
  verb: 'learn',
  summary: 'learn a website, a section of it, or a page',
  help: `Usage: switchboard learn <url> [--mode NAME] [--max-pages N]
       switchboard learn --all MODE
       switchboard learn --follow JOB | --cancel JOB

Crawls politely (robots.txt, Crawl-delay) and keeps what it learns up to date: run it again and it fetches only
what changed. A root address learns the whole site, a path that ends in "/" that section, any other that page.

  --mode NAME      the mode that shall answer from it (default: the workspace's own); created when there is none, and
                   kept when nothing could be learned, for another try
  --max-pages N    at most so many pages, up to ${hardMaxPages} (default: ${defaultMaxPages})
  --all MODE       learn all sites that the mode names in its settings: see "schedule"
  --follow JOB     show the progress of a job that was left running
  --cancel JOB     stop a job; what it has learned stays

Ctrl-C leaves the job running. Exits 0 when something was learned, 1 when nothing was or the job failed.`,

  async run(args, effects) {
    const { values, positionals } = parseCommandLine('learn', args, {
      mode: { type: 'string' },
      'max-pages': { type: 'string' },
      all: { type: 'string' },
      follow: { type: 'string' },
      cancel: { type: 'string' },
    });
    const [url, ...more] = positionals;
    const asked = [url, values.all, values.follow, values.cancel].filter(each => each !== undefined);
    if (asked.length !== 1 || more.length > 0) {
      throw usageError('learn', asked.length === 0 ? 'which address?' : 'one address, or one job, at a time');
    }
    const maxPages = values['max-pages'] === undefined ? undefined : pagesOf(values['max-pages']);
    const api = await effects.connect();
    if (values.cancel !== undefined) return cancelJob(api, values.cancel, effects);
    if (values.all !== undefined) {
      const id = await startAll(api, values.all, effects);
      return report(await followJob(api, id, effects), undefined, effects);
    }
    const { id, newMode } =
      values.follow === undefined
        ? await startJob(api, { url, mode: values.mode, max_pages: maxPages }, effects)
        : { id: values.follow };
    return report(await followJob(api, id, effects), newMode, effects);
  },
};

async function startAll(
  api: ApiClient,
  mode: string,
  { terminal, interrupted: signal }: CommandEffects,
): Promise<string> {
  const path = `/admin/scrape/trigger/${encodeURIComponent(mode)}`;
  const response = await api.send(path, { method: 'POST', body: {}, signal });
  const { job_id: id, total_sites: sites } = await readReply(response, pageEndpoints.triggerScrape.reply);
  terminal.note(`Learning ${counted(sites, 'site')} for the mode "${mode}" (job ${id})`);
  return id;
}

function pagesOf(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text) && Number(text) <= hardMaxPages) return Number(text);
  throw usageError('learn', `--max-pages ${text}: a number from 1 to ${hardMaxPages}`);
}

async function startJob(
  api: ApiClient,
  body: object,
  { terminal, interrupted }: CommandEffects,
): Promise<{ id: string; newMode?: string }> {
  const response = await api.send('/admin/scrape', { method: 'POST', body, signal: interrupted });
  const { job_id: id, mode_name: mode, mode_created: isNew } = await readReply(response, learnReply);
  terminal.note(`Learning for the ${isNew ? 'new ' : ''}mode "${mode}" (job ${id})`);
  return isNew ? { id, newMode: mode } : { id };
}

async function cancelJob(api: ApiClient, id: string, { terminal }: CommandEffects): Promise<ExitCode> {
  const response = await api.send(jobPath(id), { method: 'DELETE' });
  await readReply(response, z.object({ status: z.string() }));
  terminal.write(`Job ${id} is stopped; what it has learned stays.\n`);
  return exitCodes.done;
}

const jobPath = (id: string) => `/admin/scrape/job/${encodeURIComponent(id)}`;
const pollMs = 1_000;
/**
 * The command waits so long for a system that restarts or can not be reached. Then it stops following; the job goes on.
 */
const patienceMs = 60_000;

/** Polls the job until it has ended, showing its progress. */
async function followJob(api: ApiClient, id: string, effects: CommandEffects): Promise<ScrapeJob> {
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
function progressLine({ progress }: ScrapeJob): string {
  const { phase, found, chunks, pages_per_second: rate } = progress;
  if (phase === 'waiting') return phase;
  const some = outcomes(progress).filter(outcome => !outcome.startsWith('0 '));
  const counts = [`${found} found`, ...some].join(', ');
  return `${phase}: ${counts}; ${counted(chunks, 'chunk')}, ${rate.toFixed(1)} pages/s`;
}

/** What became of the pages, in the words of the progress and of the result alike. */
const outcomes = ({
  added,
  updated,
  unchanged,
  removed,
  skipped,
  failed,
}: ScrapeJob['progress']): string[] => [
  `${added} new`,
  `${updated} updated`,
  `${unchanged} unchanged`,
  `${removed} removed`,
  `${skipped} skipped`,
  `${failed} failed`,
];

/** Prints the result of the job to standard output, and what went wrong to standard error. */
function report(
  { status, result, error, progress }: ScrapeJob,
  newMode: string | undefined,
  { terminal }: CommandEffects,
): ExitCode {
  for (const { url, reason } of progress.errors) terminal.note(`  failed: ${url}: ${reason}`);
  const nothing = (why: string) => {
    const kept =
      newMode === undefined
        ? ''
        : `\nThe new mode "${newMode}" stays: learn again for it, or delete it (DELETE /admin/modes/${newMode}).`;
    return new CommandError(exitCodes.failed, `Nothing was learned: ${why}${kept}`);
  };
  if (status === 'failed' || !result) throw nothing(error ?? 'the job failed');
  const { pages, chunks, complete } = result;
  if (pages === 0) throw nothing('no page could be read.');
  terminal.write(
    `Learned ${counted(pages, 'page')}: ${outcomes({ ...progress, ...result }).join(', ')}; ${counted(chunks, 'chunk')}.\n`,
  );
  if (!complete) terminal.note('Not all of the site was seen: a limit was reached, or pages failed.');
  return exitCodes.done;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
