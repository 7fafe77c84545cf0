import { type ApiClient, readReply } from './api-client.ts';
import { type Command, type CommandEffects, usageError, parseCommandLine } from './command.ts';
import { cancelJob, followJob } from './follow-job.ts';
import { counted, reportJob } from './report-job.ts';
import { pageEndpoints } from '../../functions/scraper/pages/endpoints.ts';
import { defaultMaxPages, hardMaxPages, learnReply } from '../../functions/scraper/schema.ts';

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
      return reportJob(await followJob(api, id, effects), effects);
    }
    const { id, newMode } =
      values.follow === undefined
        ? await startJob(api, { url, mode: values.mode, max_pages: maxPages }, effects)
        : { id: values.follow };
    return reportJob(await followJob(api, id, effects), effects, newMode);
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
