import { retrieve, type SearchEffects } from '../../functions/knowledge/index.ts';
import { getDocuments, putIndexed } from '../../functions/knowledge/documents/store.ts';
import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import { enterLocalMode, localMode } from '../../functions/platform/http/local-mode.ts';
import { documentIdOf, pageKey } from '../../functions/scraper/fetch/address.ts';
import type { ScraperEffects } from '../../functions/scraper/effects.ts';
import { downloadLimits } from '../../functions/scraper/files/download-limits.ts';
import type { ScrapeMessage } from '../../functions/scraper/jobs/messages.ts';
import { receiveScrape } from '../../functions/scraper/jobs/receive.ts';
import { requestLearning } from '../../functions/scraper/jobs/request-learning.ts';
import { getJob, type ScrapeJob } from '../../functions/scraper/jobs/store.ts';
import { createRenderer, rendererSettings } from '../../functions/scraper/render/renderer.ts';
import { startKnowledge } from '../knowledge/knowledge-world.ts';
import { emulatedQueue, emulatedTable } from '../support/emulated.ts';

export const acme = 'acme' as WorkspaceId;
export const help = 'help' as ModeName;

/** Lets the asked loopback origins be learned, as on a laptop. For the whole test process. */
export function allowLocalSites(): void {
  if (!localMode())
    enterLocalMode({ openWorkspace: 'demo', secretsFile: '/dev/null', indexDirectory: '/tmp' });
}

/** Real tables, queues, bucket and index; the queues' functions run while a job is awaited. */
export async function startScraper(changes: Partial<ScraperEffects> = {}) {
  const knowledge = await startKnowledge();
  const [table, queue] = await Promise.all([emulatedTable(), emulatedQueue<ScrapeMessage>()]);
  const renderer = createRenderer(
    { ...knowledge.effects, resolve: () => Promise.reject(new Error('no page may ask the name service')) },
    { ...rendererSettings, local: () => true },
  );
  const effects: ScraperEffects & SearchEffects = {
    ...knowledge.effects,
    scraper: table.table,
    scrapeQueue: queue.queue,
    resolve: () => Promise.reject(new Error('no test may ask the name service')),
    readingBudgetMs: 10_000,
    render: renderer.render,
    downloads: downloadLimits,
    ...changes,
  };
  const indexing = { on: true };
  let failure: unknown;
  const indexer = (async () => {
    while (indexing.on) await knowledge.drain(1);
  })().catch((error: unknown) => {
    failure = error;
  });

  const job = async (id: ScrapeJob['id']): Promise<ScrapeJob> => {
    const found = await getJob(acme, id, effects);
    if (!found) throw new Error(`job ${id} is gone`);
    return found;
  };
  const documentAt = async (url: string) => {
    const id = documentIdOf(acme, pageKey(new URL(url)));
    return { id, row: (await getDocuments(acme, [id], effects)).get(id) };
  };
  /** The addresses of the documents that answer the question, the best first. */
  async function ask(question: string, mode: ModeName = help): Promise<string[]> {
    const { passages } = await retrieve(acme, { mode, question, limit: 50 }, effects);
    return [...new Set(passages.map(({ url }) => url))];
  }
  return {
    effects,
    knowledge,
    job,
    request: (url: string, options: { mode?: ModeName; maxPages?: number } = {}) =>
      requestLearning(acme, { url, mode: options.mode ?? help, maxPages: options.maxPages }, effects),
    run: (id: ScrapeJob['id'], using = effects) =>
      receiveScrape({ kind: 'run', workspace: acme, job: id }, using),
    /** What waits in the scrape queue. */
    messages: () => queue.receive(),
    /** Learns the address to the end of its job. */
    async learn(url: string, options: { mode?: ModeName; maxPages?: number } = {}): Promise<ScrapeJob> {
      const { id } = await requestLearning(
        acme,
        { url, mode: options.mode ?? help, maxPages: options.maxPages },
        effects,
      );
      await receiveScrape({ kind: 'run', workspace: acme, job: id }, effects);
      if (failure) throw failure;
      return job(id);
    },
    /** As when the index writer has given the page's document up. */
    async failDocument(url: string): Promise<void> {
      const { id, row } = await documentAt(url);
      if (!row) throw new Error(`${url} was not learned`);
      await putIndexed(acme, [{ id, version: row.version, state: 'failed', reason: 'a test' }], effects);
    },
    documentState: async (url: string) => (await documentAt(url)).row?.state,
    ask,
    /** The same, but the paths of the site alone. */
    pathsFor: async (question: string, { origin }: { origin: string }): Promise<string[]> =>
      (await ask(question)).filter(url => url.startsWith(origin)).map(url => url.slice(origin.length)),
    async stop() {
      indexing.on = false;
      await indexer;
      await renderer.close();
      await Promise.all([table.stop(), queue.stop()]);
      await knowledge.stop();
    },
  };
}

export type ScraperWorld = Awaited<ReturnType<typeof startScraper>>;
