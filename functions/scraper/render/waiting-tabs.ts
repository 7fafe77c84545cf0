import type { Tab } from './tab.ts';

/** So many pages are shown in one tab: what the site's scripts leave in its process goes with it. */
const mostPages = 25;

/**
 * Tabs of a browser that wait for another page of the crawl that they belong to. Starting a page's process takes as
 * long as showing the page. A tab never changes hands: the contexts of two crawls are two.
 */
export class WaitingTabs {
  private readonly waiting: { readonly crawl: string; readonly tab: Tab }[] = [];
  private readonly shown = new Map<Tab, number>();

  /** One that waits for a page of the crawl. */
  take(crawl: string): Tab | undefined {
    const at = this.waiting.findIndex(waits => waits.crawl === crawl);
    return at === -1 ? undefined : this.waiting.splice(at, 1)[0]?.tab;
  }

  /** Keeps the tab for the crawl. False where it has shown enough pages. */
  keep(crawl: string, tab: Tab): boolean {
    const shown = (this.shown.get(tab) ?? 0) + 1;
    if (shown >= mostPages) return false;
    this.shown.set(tab, shown);
    this.waiting.push({ crawl, tab });
    return true;
  }

  /** Closes those that have waited longest, until so many are left. */
  async leaveAtMost(count: number): Promise<void> {
    const leaving = this.waiting.splice(0, Math.max(0, this.waiting.length - count));
    await Promise.all(leaving.map(({ tab }) => this.close(tab)));
  }

  /** False where it does not close in time. */
  async close(tab: Tab): Promise<boolean> {
    this.shown.delete(tab);
    return tab.close();
  }
}
