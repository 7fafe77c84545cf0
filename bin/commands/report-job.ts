import type * as z from 'zod';
import type { JobType, scrapeJob } from '../../functions/scraper/schema.ts';
import type { CommandEffects } from './command.ts';
import { CommandError, type ExitCode, exitCodes } from './command-error.ts';

export type ScrapeJob = z.output<typeof scrapeJob>;
type Result = NonNullable<ScrapeJob['result']>;

/**
 * Prints the result of the job to standard output, and what went wrong to standard error. `newMode`: the mode that was
 * made for it. Throws when the job failed, or has learned nothing.
 */
export function reportJob(
  job: ScrapeJob,
  { terminal }: Pick<CommandEffects, 'terminal'>,
  newMode?: string,
): ExitCode {
  const { job_type: type, status, result, error, progress } = job;
  for (const { url, reason } of progress.errors) terminal.note(`  failed: ${url}: ${reason}`);
  const fail = (why: string) => {
    const kept =
      newMode === undefined
        ? ''
        : `\nThe new mode "${newMode}" stays: learn again for it, or delete it (DELETE /admin/modes/${newMode}).`;
    return new CommandError(exitCodes.failed, `${failures[type]}: ${why}${kept}`);
  };
  if (status === 'failed' || !result) throw fail(error ?? 'the job failed');
  if (type === 'scrape' && result.pages === 0) throw fail('no page could be read.');
  terminal.write(`${ends[type](job, result)}\n`);
  if (!result.complete) terminal.note('Not all of the site was seen: a limit was reached, or pages failed.');
  return exitCodes.done;
}

/** What is said of a job that failed. */
const failures: Readonly<Record<JobType, string>> = {
  scrape: 'Nothing was learned',
  single_url_refresh: 'The page was not learned anew',
  verification: 'The pages were not verified',
  delete_content: 'The pages were not taken out',
  site_delete: 'The site was not taken out',
  add_files: 'The files were not added',
  api_target_scrape: 'The elements were not read',
};

const removed = ({ mode_name: mode }: ScrapeJob, { removed }: Result) =>
  `Took ${counted(removed, 'page')} out of the mode "${mode}".`;

/** What is said of a job that was done. */
const ends: Readonly<Record<JobType, (job: ScrapeJob, result: Result) => string>> = {
  scrape: ({ progress }, result) => {
    const counts = outcomes({ ...progress, ...result }).join(', ');
    return `Learned ${counted(result.pages, 'page')}: ${counts}; ${counted(result.chunks, 'chunk')}.`;
  },
  single_url_refresh: ({ url }, { unchanged }) =>
    unchanged > 0 ? `${url} says what it said before.` : `Learned ${url} anew.`,
  verification: (_, { pages, updated, unchanged, removed, failed }) =>
    `Verified ${counted(pages, 'page')}: ${updated} updated, ${unchanged} unchanged, ${removed} removed, ${failed} failed.`,
  delete_content: removed,
  site_delete: removed,
  add_files: (_, { added, failed }) => `Added ${counted(added, 'file')}; ${failed} failed.`,
  api_target_scrape: ({ _id: id }) => `Read the elements: GET /api/scrape-target/${id} answers with them.`,
};

/** What became of the pages, in the words of the progress and of the result alike. */
export const outcomes = ({
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

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
