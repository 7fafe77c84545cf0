import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Dialog, Frame, Page, Response } from 'playwright-core';
import type { Clock } from '../../platform/clock.ts';
import { RefusedAddress } from '../fetch/address-guard.ts';
import type { GuardingProxy } from '../fetch/guarding-proxy.ts';
import { type Snapshot, snapshot } from './in-page.ts';
import { PageFailure } from './page-failure.ts';
import type { PageLimits } from './page-limits.ts';
import { openWorld, PageStuck, type PageWorld } from './page-world.ts';
import type { OpenTab } from './tab.ts';
import type { Rendered, RenderRequest } from './schema.ts';
import { rejectConsent } from './consent.ts';
import { showAll, withLines } from './unfold.ts';
import { fast, settle, type Traffic, watchTraffic } from './settle.ts';

/** What was seen, and whether the page stood still in the end, with nothing that it waits for. */
export interface ShownPage {
  readonly seen: Omit<Rendered, 'browser'>;
  readonly still: boolean;
}

export interface Stage {
  readonly proxy: GuardingProxy;
  readonly clock: Clock;
  readonly limits: PageLimits;
}

/** What a page may do by itself: windows, and going elsewhere. */
const mostPopups = 20;
const mostNavigations = 12;
const snapshotMs = 10_000;
const keptRefusals = 20;

/**
 * Goes to the address, waits until the page is still, and reads it. A page whose scripts never end is read as it is,
 * without them. Throws what says why there is nothing to read.
 */
export async function showPage(
  tab: OpenTab,
  request: RenderRequest,
  stage: Stage,
  signal: AbortSignal,
): Promise<ShownPage> {
  const { page } = tab;
  const { clock, limits, proxy } = stage;
  const unruly = new AbortController();
  const document = watchDocument(page, reason => {
    unruly.abort(new PageFailure(reason));
    void page.close().catch(() => undefined);
  });
  const traffic = watchTraffic(page, clock, limits.requests, () => proxy.stop());
  try {
    const ends = AbortSignal.any([signal, unruly.signal]);
    return await readPage(tab, { document, traffic }, request, stage, ends);
  } catch (error) {
    // What follows from that the page was closed tells nothing.
    unruly.signal.throwIfAborted();
    throw error;
  } finally {
    document.stop();
    traffic.stop();
  }
}

async function readPage(
  { page, session }: OpenTab,
  { document, traffic }: { readonly document: ShownDocument; readonly traffic: Traffic },
  request: RenderRequest,
  { proxy, clock, limits }: Stage,
  signal: AbortSignal,
): Promise<ShownPage> {
  const started = clock.now();
  const world = openWorld(session, clock, signal);
  const stuck = await load(page, request.url, limits);
  const loaded = clock.now();
  checkShown(page.url(), document.last(), proxy);
  const still = !stuck && (await isStill(page, world, traffic, clock, signal));
  if (!still) await world.freeze();
  const settled = clock.now();
  const look = () => world.evaluate<Snapshot>(snapshot(limits.html), snapshotMs);
  const first = await look();
  const url = page.url();
  const seen =
    request.heavy && still
      ? await lookLonger(
          first,
          look,
          () => withoutFragment(page.url()) === withoutFragment(url),
          () => showAll(world, traffic, clock, signal),
        )
      : first;
  signal.throwIfAborted();
  const response = checkShown(url, document.last(), proxy);
  const headers = await response.headersArray();
  const [contentType = ''] = valuesOf('content-type', headers);
  const [link] = valuesOf('link', headers);
  const shown: Omit<Rendered, 'browser'> = {
    kind: 'rendered',
    url,
    status: response.status(),
    contentType,
    robotsTags: valuesOf('x-robots-tag', headers),
    ...(link === undefined ? {} : { link }),
    title: seen.title,
    html: (await promisify(gzip)(seen.html)).toString('base64'),
    cut: seen.cut,
    timings: {
      launch: 0,
      load: loaded - started,
      settle: settled - loaded,
      total: clock.now() - started,
    },
    requests: traffic.requests(),
    bytes: proxy.received(),
    refused: proxy.refusals
      .filter(({ kind }) => kind === 'refused')
      .slice(0, keptRefusals)
      .map(({ url: refused, reason }) => ({ url: refused, reason })),
  };
  return { seen: shown, still: still && traffic.isOver() };
}

const withoutFragment = (url: string): string | undefined => url.split('#')[0];

type Headers = Awaited<ReturnType<Response['headersArray']>>;

const valuesOf = (wanted: string, headers: Headers): string[] =>
  headers.filter(({ name }) => name.toLowerCase() === wanted).map(({ value }) => value);

/** Whether its document came, but its scripts did not let it get ready. Throws where no document came. */
async function load(page: Page, url: string, { loadMs }: PageLimits): Promise<boolean> {
  let answered = false;
  page.once('framenavigated', () => {
    answered = true;
  });
  try {
    await page.goto(url, { waitUntil: 'domcontentloaded', timeout: loadMs });
    return false;
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    if (isLate && answered) return true;
    throw error;
  }
}

/** Waits until the page is still, and shows no banner that asks for consent. False where its scripts never end. */
async function isStill(
  page: Page,
  world: PageWorld,
  traffic: Traffic,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await settle(world, traffic, fast, clock, signal);
    if (await rejectConsent(page, world, clock, signal)) await settle(world, traffic, fast, clock, signal);
    return true;
  } catch (error) {
    if (error instanceof PageStuck) return false;
    throw error;
  }
}

/** What is seen after the heavy pass; what was seen before it where that fails, or leads to another address. */
async function lookLonger(
  first: Snapshot,
  look: () => Promise<Snapshot>,
  isThere: () => boolean,
  showAll: () => Promise<readonly string[]>,
): Promise<Snapshot> {
  try {
    const lost = await showAll();
    const all = await look();
    return isThere() ? { ...all, html: withLines(all.html, lost) } : first;
  } catch {
    return first;
  }
}

interface ShownDocument {
  /** The answer that brought the document that is shown now. */
  last(): Response | undefined;
  /** Follows it no longer. */
  stop(): void;
}

/** Follows which document the page shows, and stops what a page should not do by itself. */
function watchDocument(page: Page, giveUp: (reason: string) => void): ShownDocument {
  let last: Response | undefined;
  let [popups, navigations] = [0, 0];
  const answered = (response: Response): void => {
    const request = response.request();
    if (!request.isNavigationRequest() || request.frame() !== page.mainFrame()) return;
    if (response.status() < 300 || response.status() > 399) last = response;
  };
  const navigated = (frame: Frame): void => {
    if (frame !== page.mainFrame()) return;
    navigations += 1;
    if (navigations > mostNavigations) giveUp('it leads to another address again and again');
  };
  // Whoever asks whether the page may be left is told yes.
  const asked = (dialog: Dialog): void =>
    void (dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss()).catch(() => undefined);
  const opened = (other: Page): void => {
    popups += 1;
    if (popups > mostPopups) giveUp('it opens windows again and again');
    void other.close().catch(() => undefined);
  };
  const context = page.context();
  page.on('response', answered).on('framenavigated', navigated).on('dialog', asked);
  context.on('page', opened);
  return {
    last: () => last,
    stop() {
      page.off('response', answered).off('framenavigated', navigated).off('dialog', asked);
      context.off('page', opened);
    },
  };
}

/** Throws where the page is none of a site: an error of the browser, or an answer of the proxy's own. */
function checkShown(url: string, response: Response | undefined, { refusals }: GuardingProxy): Response {
  const isOurs =
    (response?.status() === 403 || response?.status() === 502) &&
    refusals.some(refusal => refusal.url === response.url());
  if (response && !isOurs && /^https?:/.test(url)) return response;
  const last = refusals.at(-1);
  if (last?.kind === 'refused') throw new RefusedAddress(last.reason);
  throw new PageFailure(last?.reason ?? 'it leads to no page');
}
