import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod';
import { type SitemapAnswer, sitemapAnswer, type SitemapMemory } from './sitemap.ts';
import type { NotFoundLook } from './soft-404.ts';

/** Addresses of sitemaps. Sitemaps beyond that are read again by each slice. */
const mostAddresses = 60_000;
/** Milliseconds since it began, waiting included. What the site has not told by then is done without. */
const longestMs = 30 * 60_000;

const storedSchema = z.object({
  begun: z.number(),
  start: z.string().optional(),
  /** Null: asked for, and the site answers as it should. */
  notFound: z
    .object({ title: z.string(), words: z.array(z.string()) })
    .nullable()
    .optional(),
  robots: z.array(z.tuple([z.string(), z.string()])),
  sitemaps: z.array(z.tuple([z.string(), sitemapAnswer])),
});

/**
 * What a job has found out about a site before it visits pages: robots.txt, where the asked address leads, how "not
 * found" looks, and what the sitemaps name. A later slice of the job asks for none of it again.
 */
export class Discovery implements SitemapMemory {
  /** The text of robots.txt by origin; empty where there is none. */
  readonly robots: Map<string, string>;
  /** Where the asked address leads. Undefined until that is known. */
  start: string | undefined;
  /** Undefined until the site was asked; null when it answers as it should. */
  notFound: NotFoundLook | null | undefined;
  private readonly begun: number;
  private readonly sitemaps: Map<string, SitemapAnswer>;
  private addresses = 0;
  private stored: string | undefined;

  /** `now`: epoch milliseconds. `packed`: what an earlier slice of the job has found out. */
  constructor(now: number, packed?: Uint8Array) {
    this.stored = packed && inflateRawSync(packed).toString('utf8');
    const known = this.stored === undefined ? undefined : storedSchema.parse(JSON.parse(this.stored));
    this.begun = known?.begun ?? now;
    this.start = known?.start;
    this.notFound = known?.notFound && { ...known.notFound, words: new Set(known.notFound.words) };
    this.robots = new Map(known?.robots);
    this.sitemaps = new Map(known?.sitemaps);
  }

  /** Epoch milliseconds. After this time nothing more is asked for. */
  get until(): number {
    return this.begun + longestMs;
  }

  sitemapAt(address: string): SitemapAnswer | undefined {
    return this.sitemaps.get(address);
  }

  noteSitemap(address: string, answer: SitemapAnswer): void {
    this.addresses += typeof answer === 'string' ? 1 : answer.pages.length + answer.sitemaps.length;
    if (this.addresses <= mostAddresses) this.sitemaps.set(address, answer);
  }

  /** What is to be stored. Undefined when it is stored already. */
  pack(): Uint8Array | undefined {
    const { begun, start, notFound } = this;
    const text = JSON.stringify({
      begun,
      start,
      notFound: notFound && { ...notFound, words: [...notFound.words] },
      robots: [...this.robots],
      sitemaps: [...this.sitemaps],
    } satisfies z.input<typeof storedSchema>);
    if (text === this.stored) return undefined;
    this.stored = text;
    return deflateRawSync(text);
  }
}
