import type { Crawl } from './page-crawl.ts';
import { modesThatReach } from './page-outcome.ts';
import type { PageRecord } from './page-store.ts';

/**
 * After a complete crawl: pages that the job's address no longer leads to are taken out of the knowledge, unless
 * another request to learn still reaches them; then they only leave the mode, for which they are visited once more. So
 * are those that an earlier job could not visit for that.
 */
export async function sweep(crawl: Crawl, visitAll: () => Promise<unknown>): Promise<void> {
  crawl.frontier.close();
  for (const record of crawl.records.values()) {
    if (record.job === crawl.job) continue;
    const { [crawl.seed]: reachedBy, ...others } = record.reached;
    if (reachedBy === undefined) {
      if (record.leavingSince !== undefined) leave(record, crawl);
    } else if (Object.keys(others).length === 0) await forget(record, crawl);
    else if (record.outcome === 'learned' && !modesThatReach(others).includes(crawl.mode))
      leave(record, crawl);
    else await crawl.outbox.add({ record: { ...record, reached: others } });
  }
  if (crawl.leaving.size > 0) await visitAll();
}

const forget = (record: PageRecord, crawl: Crawl): Promise<void> =>
  crawl.outbox.add({
    record,
    forget: true,
    ...(record.document === undefined ? {} : { remove: record.document }),
  });

function leave(record: PageRecord, crawl: Crawl): void {
  const url = URL.parse(record.url);
  if (!url) return;
  crawl.leaving.add(record.key);
  // Whose copy it may be says nothing now.
  crawl.neverAlias.add(record.key);
  crawl.frontier.put({ url, key: record.key, depth: record.depth });
}
