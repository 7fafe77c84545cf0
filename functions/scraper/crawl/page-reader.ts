import { eachWithinBudget } from '../../platform/within-budget.ts';
import type { ExtractedPage } from '../../knowledge/index.ts';

/** What a page says. */
export interface Reading {
  readonly page: ExtractedPage;
  /** The hash of the content. Two addresses with the same hash are one page. */
  readonly hash: string;
  /** Whether the page says "not found". */
  readonly missing: boolean;
}

/**
 * In bytes of the pages that are read without a pause; a larger page is read alone. In a pause the process does other
 * work, such as noticing that the job was deleted.
 */
const mostAtOnce = 250_000;

interface Waiting {
  readonly bytes: number;
  readonly work: () => Reading;
  readonly resolve: (reading: Reading) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads the pages of a crawl. Those that have arrived at the same time share one budget, since setting it up takes
 * about as long as parsing a small page.
 */
export class PageReader {
  private readonly waiting: Waiting[] = [];
  private isAwake = false;
  private readonly budgetMs: number;

  constructor(budgetMs: number) {
    this.budgetMs = budgetMs;
  }

  /**
   * Runs `work` on a page of so many bytes, soon. Rejects with what it throws, or with `OverBudget` when it takes longer
   * than the budget.
   */
  read(bytes: number, work: () => Reading): Promise<Reading> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ bytes, work, resolve, reject });
      this.wake();
    });
  }

  private wake(): void {
    if (this.isAwake || this.waiting.length === 0) return;
    this.isAwake = true;
    setImmediate(() => {
      const pages = this.takeShare();
      const readings = eachWithinBudget(this.budgetMs, pages, ({ work }) => work());
      pages.forEach(({ resolve, reject }, at) => {
        const reading = readings[at];
        if (reading && 'result' in reading) resolve(reading.result);
        else reject(reading?.error);
      });
      this.isAwake = false;
      this.wake();
    });
  }

  private takeShare(): Waiting[] {
    let bytes = 0;
    const end = this.waiting.findIndex((page, at) => (bytes += page.bytes) > mostAtOnce && at > 0);
    return this.waiting.splice(0, end < 0 ? this.waiting.length : end);
  }
}
