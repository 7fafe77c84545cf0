import type { Clock } from '../../platform/clock.ts';
import { pageKey } from '../fetch/address.ts';
import { hostRefusal, type HostRules, noHostRules } from '../site/host-rules.ts';

/** What the owner of a mode does not want it to learn. */
export interface BlockLists {
  /** Pages, by their key: see `pageKey`. */
  readonly pages: ReadonlySet<string>;
  /** Files, by their address without a fragment. */
  readonly files: ReadonlySet<string>;
  readonly hosts: HostRules;
}

/** Reads the lists as they are now. */
export type ReadBlocked = () => Promise<BlockLists>;

/** A person may block a page while it is crawled. The lists are read again after so many pages or so long. */
const pagesBetween = 25;
const longestMs = 10_000;

/** The block lists of the mode, as new as a crawl needs them. */
export class Blocked {
  private lists: BlockLists = { pages: new Set(), files: new Set(), hosts: noHostRules };
  private readAt = Number.NEGATIVE_INFINITY;
  private pages = 0;
  private reading: Promise<void> | undefined;
  private readonly read: ReadBlocked | undefined;
  private readonly clock: Clock;

  constructor(read: ReadBlocked | undefined, clock: Clock) {
    this.read = read;
    this.clock = clock;
  }

  /** Call it before each page. */
  async refresh(): Promise<void> {
    this.pages += 1;
    const isOld = this.pages > pagesBetween || this.clock.now() - this.readAt >= longestMs;
    if (this.read && isOld && !this.reading) {
      this.reading = this.readNow(this.read).finally(() => {
        this.reading = undefined;
      });
    }
    await this.reading;
  }

  /** Why the page is not to be learned. Undefined when it may be. */
  reason(url: URL): string | undefined {
    if (this.lists.pages.has(pageKey(url))) return 'the page is blocked for this mode';
    return hostRefusal(this.lists.hosts, url.href);
  }

  /** Whether the file is not to be listed. */
  hasFile(url: string): boolean {
    return this.lists.files.has(url) || hostRefusal(this.lists.hosts, url) !== undefined;
  }

  private async readNow(read: ReadBlocked): Promise<void> {
    this.pages = 0;
    this.readAt = this.clock.now();
    this.lists = await read();
  }
}
