import { pageEndpoints } from '../../functions/scraper/pages/endpoints.ts';
import { learningEndpoints } from '../../functions/scraper/endpoints.ts';
import { readReply } from './api-client.ts';
import { type Command, parseCommandLine, usageError } from './command.ts';
import { exitCodes } from './command-error.ts';
import { cancelJob, followJob } from './follow-job.ts';
import { reportJob } from './report-job.ts';
import { table } from './table.ts';

export const jobs: Command = {
  verb: 'jobs',
  summary: 'show the jobs that learn, verify and remove pages; follow or stop one',
  help: `Usage: switchboard jobs [--mode MODE] [--active] [--json]
       switchboard jobs --follow JOB | --cancel JOB

The newest 50, the newest first.

  --mode MODE     those of one mode
  --active        those that wait or run; needs --mode
  --follow JOB    show the progress of a job until its end
  --cancel JOB    stop a job; what it has done stays
  --json          the reply as JSON`,

  async run(args, effects) {
    const { terminal, interrupted: signal } = effects;
    const { values, positionals } = parseCommandLine('jobs', args, {
      mode: { type: 'string' },
      active: { type: 'boolean' },
      follow: { type: 'string' },
      cancel: { type: 'string' },
      json: { type: 'boolean' },
    });
    if (positionals.length > 0) throw usageError('jobs', `"${positionals[0]}": name a mode with --mode`);
    const mode = values.mode === undefined ? undefined : encodeURIComponent(values.mode);
    if (values.active && mode === undefined) throw usageError('jobs', '--active needs --mode');
    const api = await effects.connect();
    if (values.follow !== undefined) return reportJob(await followJob(api, values.follow, effects), effects);
    if (values.cancel !== undefined) return cancelJob(api, values.cancel, effects);
    const get = (path: string) => api.send(path, { signal });
    const reply = values.active
      ? await readReply(await get(`/admin/scrape/active-jobs/${mode}`), pageEndpoints.listActiveJobs.reply)
      : await readReply(
          await get(`/admin/scrape/jobs${mode === undefined ? '' : `?mode=${mode}`}`),
          learningEndpoints.listScrapeJobs.reply,
        );
    if (values.json) terminal.write(`${JSON.stringify(reply, null, 2)}\n`);
    else terminal.write(`${table(heads, reply.jobs.map(rowOf), 'There is no job.')}\n`);
    return exitCodes.done;
  },
};

const heads = ['job', 'does', 'site', 'status', 'pages', 'failed', 'created', 'error'];

interface ListedJob {
  readonly _id: string;
  readonly job_type: string;
  readonly domain: string;
  readonly status: string;
  readonly progress: { readonly fetched: number; readonly removed: number; readonly failed: number };
  readonly created_at?: string;
  readonly error?: string | null;
}

const rowOf = ({ _id, job_type: type, domain, status, progress, created_at, error }: ListedJob): string[] => [
  _id,
  type,
  domain,
  status,
  String(progress.fetched + progress.removed),
  String(progress.failed),
  created_at ?? '',
  error ?? '',
];
