import {
  type LearnedDocument,
  removeDocuments,
  type Submitted,
  submitDocuments,
} from '../../knowledge/index.ts';
import type { DocumentId, WorkspaceId } from '../../platform/ids.ts';
import type { ScraperEffects } from '../effects.ts';
import { failedRecord, forgetPages, type PageRecord, putPages } from './page-store.ts';
import { noteSeed, type Seed } from './seed-store.ts';
import type { Tally } from './tally.ts';
import { noteChanges, type PageChange } from '../verify/change-store.ts';

/** What a visit has found out. */
export interface VisitOutcome {
  readonly record: PageRecord;
  /** The document to learn. Without it nothing is submitted. */
  readonly document?: LearnedDocument;
  /** The document to remove, of a page that is not learned any more. */
  readonly remove?: DocumentId;
  /** Whether to delete the record too: there is no such page any more. */
  readonly forget?: boolean;
}

/**
 * What is crawled, and the seed for which the page records say that their pages are learned: see `Crawl`. The records
 * are those of `asked.site`.
 */
export interface CrawlOf {
  readonly workspace: WorkspaceId;
  readonly asked: Seed;
  readonly seed: string | undefined;
}

const batchSize = 100;
const longestWaitMs = 1_000;

/**
 * Collects the outcomes of visits and writes them in batches. The knowledge comes first, then the page records, which
 * are the job's checkpoint. After a crash between the two, pages are visited again, which changes nothing.
 */
export class Outbox {
  private waiting: VisitOutcome[] = [];
  private firstAt = 0;
  private writing: Promise<void> = Promise.resolve();
  private seedIsNoted = false;
  private readonly of: CrawlOf;
  private readonly tally: Tally;
  private readonly effects: ScraperEffects;
  private readonly records: Map<string, PageRecord>;

  constructor(of: CrawlOf, records: Map<string, PageRecord>, tally: Tally, effects: ScraperEffects) {
    this.of = of;
    this.records = records;
    this.tally = tally;
    this.effects = effects;
  }

  /** Resolves when there is room again. At most one batch is being written while the next is collected. */
  async add(outcome: VisitOutcome): Promise<void> {
    const now = this.effects.clock.now();
    if (this.waiting.length === 0) this.firstAt = now;
    this.waiting.push(outcome);
    if (this.waiting.length >= batchSize || now - this.firstAt >= longestWaitMs) await this.startWriting();
  }

  /** Resolves when all is written. */
  async flush(): Promise<void> {
    await this.startWriting();
    await this.writing;
  }

  private async startWriting(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    if (batch.length === 0) return;
    const before = this.writing;
    this.writing = before.then(() => this.write(batch));
    // The caller that waits for this batch sees its error. Until one does, the rejection must not end the process.
    this.writing.catch(() => undefined);
    await before;
  }

  private async write(batch: readonly VisitOutcome[]): Promise<void> {
    const { workspace, asked, seed } = this.of;
    const { site } = asked;
    // Before the first page is learned: whatever becomes of the job then, a lost index gets the page back by its seed.
    if (seed !== undefined && !this.seedIsNoted && batch.some(({ record }) => record.outcome === 'learned')) {
      await noteSeed(workspace, asked, this.effects);
      this.seedIsNoted = true;
    }
    const documents = batch.flatMap(({ document }) => document ?? []);
    const submitted = await submitDocuments(workspace, documents, this.effects);
    const results = new Map(submitted.map(result => [result.id, result]));
    const removals = batch.flatMap(({ remove }) => remove ?? []);
    if (removals.length > 0) await removeDocuments(workspace, removals, this.effects);
    const kept = batch.filter(({ forget }) => !forget);
    const records = kept.map(outcome => this.completed(outcome, results));
    // Before the records, which tell a later worker that the pages are done.
    await noteChanges(workspace, this.changesAmong(batch, records), this.effects);
    await putPages(workspace, site, records, this.effects);
    const forgotten = batch.filter(({ forget }) => forget).map(({ record }) => record.key);
    await forgetPages(workspace, site, forgotten, this.effects);
    for (const record of records) {
      this.records.set(record.key, record);
      countVisit(record, seed, this.tally);
    }
    for (const key of forgotten) this.records.delete(key);
    this.tally.removed += removals.length;
  }

  /** The pages of which answers may have cited what is not there any more. */
  private changesAmong(
    batch: readonly VisitOutcome[],
    records: readonly PageRecord[],
  ): Omit<PageChange, 'at'>[] {
    const { site } = this.of.asked;
    const gone = batch.flatMap(({ record, remove }) =>
      remove === undefined || record.outcome === 'alias'
        ? []
        : { record, document: remove, kind: 'gone' as const },
    );
    const updated = records.flatMap(record => {
      const before = this.records.get(record.key)?.document;
      const isOther = record.change === 'updated' && before !== undefined;
      return isOther ? { record, document: before, kind: 'updated' as const } : [];
    });
    return [...gone, ...updated].map(({ record, document, kind }) => ({
      document,
      kind,
      site,
      key: record.key,
      url: record.url,
    }));
  }

  private completed({ record, document }: VisitOutcome, results: ReadonlyMap<string, Submitted>): PageRecord {
    const result = document && results.get(document.id);
    if (!result) return record;
    if (result.problem !== undefined) {
      this.tally.error(record.url, result.problem);
      return failedRecord(record, result.problem, this.records.get(record.key));
    }
    const before = this.records.get(record.key)?.hash;
    // A worker that died may have submitted it, and not written that the page has changed.
    const isSame = !result.changed && (before === undefined || before === record.hash);
    const change = record.change === 'updated' && isSame ? 'unchanged' : record.change;
    return { ...record, change, chunks: result.chunks };
  }
}

/**
 * Counts the visit that the record is about. Also called for earlier visits when a job is continued. A page that the
 * job's seed does not reach is not counted. Without a seed every page is.
 */
export function countVisit(record: PageRecord, seed: string | undefined, tally: Tally): void {
  if (seed !== undefined && record.reached[seed] === undefined) return;
  if (record.change === 'added') tally.added += 1;
  else if (record.change === 'updated') tally.updated += 1;
  else if (record.change === 'unchanged') tally.unchanged += 1;
  else if (record.change === 'skipped') tally.skipped += 1;
  else tally.failed += 1;
  if (record.outcome === 'learned') tally.chunks += record.chunks ?? 0;
  if (record.outcome === 'learned' && record.rendered) tally.rendered += 1;
}
