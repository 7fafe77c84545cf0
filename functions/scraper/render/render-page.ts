import type { Clock } from '../../platform/clock.ts';
import { within } from '../../platform/within.ts';
import { guardConnections, RefusedAddress, type Resolve } from '../fetch/address-guard.ts';
import type { LaunchedBrowser } from './launch.ts';
import { failedBecause, PageFailure } from './page-failure.ts';
import { PageStuck } from './page-world.ts';
import type { RenderReply, RenderRequest } from './schema.ts';
import type { PageLimits } from './page-limits.ts';
import { showPage, type ShownPage } from './show-page.ts';
import { makeTab } from './tab.ts';
import type { WaitingTabs } from './waiting-tabs.ts';

export interface RenderPageEffects {
  readonly clock: Clock;
  readonly resolve: Resolve;
}

/** `html` fits into an answer of Lambda, 6 MB, gzipped and as base64, whatever it holds. */
export const pageLimits: PageLimits = {
  loadMs: 20_000,
  totalMs: 45_000,
  heavyMs: 65_000,
  requests: 400,
  connections: 300,
  bytes: 30 * 1024 * 1024,
  html: 3 * 1024 * 1024,
};

/** `broken`: the browser must not be used for another page. */
export interface PageOutcome {
  readonly reply: RenderReply;
  readonly broken: boolean;
}

/** A browser, and its tabs that wait for another page. */
export interface BrowserWithTabs {
  readonly launched: LaunchedBrowser;
  readonly tabs: WaitingTabs;
  /** How many tabs may wait while the page is shown. */
  readonly mostWaiting: number;
}

/**
 * Shows the page in a tab of its own, or in one that has shown pages of the same crawl, and reads it. A page that can
 * not be shown is a `failed` reply. Throws nothing but the signal's reason.
 */
export async function renderPage(
  request: RenderRequest,
  { launched, tabs, mostWaiting }: BrowserWithTabs,
  localOrigin: string | undefined,
  effects: RenderPageEffects,
  signal: AbortSignal,
  limits: PageLimits = pageLimits,
): Promise<PageOutcome> {
  const { clock, resolve } = effects;
  const crawl = crawlOf(request);
  const waiting = crawl === undefined ? undefined : tabs.take(crawl);
  await tabs.leaveAtMost(mostWaiting);
  const tab = waiting ?? (await makeTab(request, launched, localOrigin, effects, limits));
  const { proxy } = tab;
  const show = async (ends: AbortSignal): Promise<ShownPage> => {
    guardConnections(resolve, localOrigin).refuse(new URL(request.url));
    return showPage(await tab.open(), request, { proxy, clock, limits }, ends);
  };
  let reply: RenderReply;
  let [broken, still] = [false, false];
  try {
    const allowedMs = request.heavy ? limits.heavyMs : limits.totalMs;
    const late = () => new PageStuck(`takes longer than ${allowedMs / 1000} s to show`);
    const shown = await within(allowedMs, show, late, clock, signal);
    reply = { ...shown.seen, browser: launched.version };
    still = shown.still;
  } catch (error) {
    reply = failedBecause(error, proxy);
    const isHarmless = error instanceof RefusedAddress || error instanceof PageFailure;
    broken = !isHarmless && (reply.why === 'browser' || error instanceof PageStuck);
  }
  const isKept = crawl !== undefined && still && (await tab.empty()) && tabs.keep(crawl, tab);
  const closed = isKept || (await tabs.close(tab));
  signal.throwIfAborted();
  return { reply, broken: broken || !closed || !launched.browser.isConnected() };
}

/**
 * Whose tabs may show the page, if any but a new one. One to an address with a fragment may not: in a tab that shows
 * the page already, nothing would be loaded.
 */
const crawlOf = ({ crawl, origin, userAgent, url }: RenderRequest): string | undefined =>
  crawl === undefined || url.includes('#') ? undefined : JSON.stringify([crawl, origin, userAgent]);
