import { readFile, writeFile } from 'node:fs/promises';
import { storeFileEnv, submitEnv } from '../../../functions/knowledge/index.ts';
import { systemClock } from '../../../functions/platform/clock.ts';
import { readEnv } from '../../../functions/platform/env.ts';
import { type ModeName, randomIds, type WorkspaceId } from '../../../functions/platform/ids.ts';
import { silentLog } from '../../../functions/platform/log.ts';
import { silentMetrics } from '../../../functions/platform/aws/metrics.ts';
import { readCoverage } from '../../../functions/scraper/crawl/coverage-store.ts';
import { loadPages } from '../../../functions/scraper/crawl/page-store.ts';
import { crawlEnv } from '../../../functions/scraper/env.ts';
import { pageKey, siteOf } from '../../../functions/scraper/fetch/address.ts';
import { listFiles } from '../../../functions/scraper/files/discovered-file-store.ts';
import { addDiscovered } from '../../../functions/scraper/files/triage.ts';
import { scraperEffects, scraperEnv } from '../../../functions/scraper/index.ts';
import { receiveScrape } from '../../../functions/scraper/jobs/receive.ts';
import { requestLearning } from '../../../functions/scraper/jobs/request-learning.ts';
import { getJob } from '../../../functions/scraper/jobs/store.ts';
import { memoryOf } from '../../../functions/scraper/render/process-memory.ts';
import { createRenderer, rendererSettings } from '../../../functions/scraper/render/renderer.ts';
import { browsersOf } from '../../scraper/browser-processes.ts';
import { enterLaptop } from '../crawl/product.ts';

/** The process that crawls hostile sites with the product's own worker, and shows their pages. One site a message. */
export interface Crawled {
  readonly name: string;
  /** What became of the hostile page or file, and the reason. */
  readonly outcome: string;
  /** Whether the good page beside it is learned. */
  readonly good: boolean;
  readonly seconds: number;
  /** The most that the worker held, and its browser, in bytes. */
  readonly peak: number;
  readonly browser: number;
}

const mode = 'hostile' as ModeName;
/** A job of hostile links must end: the pages of the trap are enough by then. */
const maxPages = 40;

enterLaptop();
const renderer = createRenderer(
  { clock: systemClock, log: silentLog, resolve: () => Promise.reject(new Error('no name is asked for')) },
  { ...rendererSettings, local: () => true },
);
const effects = {
  clock: systemClock,
  ids: randomIds,
  log: silentLog,
  metrics: silentMetrics,
  ...scraperEffects(readEnv([...submitEnv, ...storeFileEnv, ...scraperEnv, ...crawlEnv])),
  render: renderer.render,
};

async function crawl(name: string, origin: string): Promise<Omit<Crawled, 'peak' | 'browser' | 'seconds'>> {
  const workspace = `w-${new URL(origin).port}` as WorkspaceId;
  const { id } = await requestLearning(workspace, { url: `${origin}/`, mode, maxPages }, effects);
  await receiveScrape({ kind: 'run', workspace, job: id }, effects);
  const job = await getJob(workspace, id, effects);
  const pages = await loadPages(workspace, siteOf(new URL(origin)), effects);
  const record = (path: string) => pages.get(pageKey(new URL(`${origin}${path}`)));
  const [files, coverage] = await Promise.all([
    listFiles(workspace, { mode, status: 'discovered' }, effects),
    readCoverage(workspace, id, effects),
  ]);
  const skipped = coverage.flatMap(({ report }) => report.skipped.map(({ reason }) => reason));
  // A file that is none was visited as the page that it is.
  const isFile = name.startsWith('file: ');
  const page = isFile
    ? [...pages.values()].find(({ key }) => !['/', '/hostile', '/good'].includes(new URL(key).pathname))
    : record('/hostile');
  const visited = page && `${page.outcome}${page.reason === undefined ? '' : `: ${page.reason}`}`;
  const what =
    isFile && files.length > 0
      ? await addAll(workspace, files)
      : (visited ?? `not visited: ${skipped.join(', ')}`);
  const failed = job?.status === 'completed' ? '' : `job ${job?.status}: ${job?.error ?? ''}; `;
  return { name, outcome: `${failed}${what}`, good: record('/good')?.outcome === 'learned' };
}

async function addAll(workspace: WorkspaceId, files: Awaited<ReturnType<typeof listFiles>>): Promise<string> {
  const { job } = await addDiscovered(workspace, mode, files, undefined, effects);
  if (job === undefined) return 'not added';
  await receiveScrape({ kind: 'run', workspace, job }, effects);
  const { result, progress } = (await getJob(workspace, job, effects)) ?? {};
  return result?.added === files.length ? 'stored' : `failed: ${progress?.errors[0]?.reason ?? 'no reason'}`;
}

/** In bytes. `writeFile` sets it back: 5 means the highest resident size (proc(5)). */
async function peakOfProcess(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8');
  await writeFile('/proc/self/clear_refs', '5');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
}

let browser = 0;
async function noteBrowser(): Promise<void> {
  const sizes = await Promise.all((await browsersOf(process.pid)).map(memoryOf));
  browser = Math.max(browser, ...sizes);
}
setInterval(() => void noteBrowser(), 500).unref();

process.on('message', (sites: readonly Site[]) => void crawlAll(sites));

interface Site {
  readonly name: string;
  readonly origin: string;
}

async function crawlAll(sites: readonly Site[]): Promise<void> {
  await peakOfProcess();
  browser = 0;
  const crawled = await Promise.all(
    sites.map(async ({ name, origin }) => {
      const started = performance.now();
      const what = await crawl(name, origin).catch((error: unknown) => ({
        name,
        outcome: `DEFECT: ${String(error)}`,
        good: false,
      }));
      return { ...what, seconds: (performance.now() - started) / 1000 };
    }),
  );
  const peak = await peakOfProcess();
  process.send?.(crawled.map(what => ({ ...what, peak, browser })));
}
process.send?.({ ready: true });
