import type { PageError, ScrapeProgress } from '../schema.ts';
import { cut } from '../../platform/portable/text-length.ts';

/** The counts of a running job. */
export class Tally {
  phase: ScrapeProgress['phase'] = 'discovering';
  found = 0;
  fetched = 0;
  added = 0;
  updated = 0;
  unchanged = 0;
  removed = 0;
  skipped = 0;
  failed = 0;
  chunks = 0;
  /** Pages that were learned from what a browser shows. */
  rendered = 0;
  /** Failures that may hide pages. If there are any, no page counts as unreachable. */
  hidingFailures = 0;
  /** Visits that ended without any answer. */
  silent = 0;
  /** Pages that took too long to read. */
  overBudget = 0;
  readonly errors: PageError[] = [];

  /** Pages that the mode answers from because of this job. */
  get learned(): number {
    return this.added + this.updated + this.unchanged;
  }

  error(url: string, reason: string): void {
    this.errors.push({ url: cut(url, 300), reason: cut(reason, 200) });
    if (this.errors.length > keptErrors) this.errors.shift();
  }

  /** The counts as they are shown: an address that answered was found. */
  get counts() {
    const { fetched, added, updated, unchanged, removed, skipped, failed, chunks, rendered } = this;
    const found = Math.max(this.found, fetched);
    return { found, fetched, added, updated, unchanged, removed, skipped, failed, chunks, rendered };
  }

  progress(elapsedMs: number): ScrapeProgress {
    return {
      phase: this.phase,
      ...this.counts,
      pages_per_second: elapsedMs > 0 ? Math.round((this.fetched / elapsedMs) * 10_000) / 10 : 0,
      errors: [...this.errors],
    };
  }
}

const keptErrors = 20;
