import type { Crawl } from './page-crawl.ts';
import { modesThatReach } from './page-outcome.ts';
import type { PageRecord } from './page-store.ts';

/**
 * Call it after a complete crawl. It removes the pages that the job's seed no longer reaches. When another seed still
 * reaches a page, the page only leaves this job's mode; for that it is visited once more. So are pages that should have
 * left a mode in an earlier job and could not be read.
 */
export async function sweep(crawl: Crawl, visitAll: () => Promise<unknown>): Promise<void> {
  const { seed } = crawl;
  if (seed === undefined) return;
  crawl.frontier.close();
  for (const record of crawl.records.values()) {
    if (record.job === crawl.job) continue;
    const { [seed]: reachedBy, ...others } = record.reached;
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
  // It is visited for itself, even if it is a copy of another page.
  crawl.copies.never.add(record.key);
  crawl.frontier.put({ url, key: record.key, depth: record.depth });
}
