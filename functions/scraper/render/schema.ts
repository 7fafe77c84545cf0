import * as z from 'zod';

const count = z.int().min(0);

/** What the renderer is asked for. */
export const renderRequest = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(4_000),
  /** Waits longer, scrolls and opens what is folded, and merges what appears. */
  heavy: z.boolean().default(false),
  /** The header of all requests. Absent: the browser's own, with the product's name in it. */
  userAgent: z.string().max(300).optional(),
  /** The origin of the job. In local mode it may be private; anywhere else it changes nothing. */
  origin: z.url().optional(),
  /**
   * What all pages of one crawl share and no other has: a random id. They may be shown one after the other in one tab,
   * emptied in between. Absent: a tab of its own.
   */
  crawl: z.string().max(100).optional(),
});
export type RenderRequest = z.input<typeof renderRequest>;

/** In milliseconds. */
const timings = z.object({
  /** Until the browser runs; 0 where it already did. */
  launch: count,
  /** Until the document was there. */
  load: count,
  /** Until nothing changed any more. */
  settle: count,
  total: count,
});

/** A page as it looks after its scripts have run. */
export const rendered = z.object({
  kind: z.literal('rendered'),
  /** The address after redirects, and after those that scripts make. */
  url: z.url({ protocol: /^https?$/ }),
  status: z.int(),
  contentType: z.string(),
  /** The `X-Robots-Tag` headers. */
  robotsTags: z.array(z.string()),
  link: z.string().optional(),
  title: z.string(),
  /** The document with the content of open shadow roots and of frames of the same origin: gzip, then base64. */
  html: z.base64(),
  /** Whether the document was cut at the greatest size. */
  cut: z.boolean(),
  timings,
  requests: count,
  /** Compressed, as they came. */
  bytes: count,
  /** Requests that the guard refused, and why. */
  refused: z.array(z.object({ url: z.string(), reason: z.string() })),
  browser: z.string(),
});
export type Rendered = z.output<typeof rendered>;

/** `refused`: nobody may go there. `page`: that page can not be shown. `browser`: another try may help. */
export const renderFailed = z.object({
  kind: z.literal('failed'),
  why: z.enum(['refused', 'page', 'browser']),
  /** For the person who asked. */
  reason: z.string(),
});

export const renderReply = z.discriminatedUnion('kind', [rendered, renderFailed]);
export type RenderReply = z.output<typeof renderReply>;
