import type { BrowserContext } from 'playwright-core';
import type { Clock } from '../../platform/clock.ts';
import { within } from '../../platform/within.ts';
import { guardConnections, RefusedAddress, type Resolve } from '../fetch/address-guard.ts';
import { userAgentOf } from '../fetch/user-agent.ts';
import { type GuardingProxy, openGuardingProxy } from '../fetch/guarding-proxy.ts';
import type { LaunchedBrowser } from './launch.ts';
import { failedBecause, PageFailure } from './page-failure.ts';
import { PageStuck } from './page-world.ts';
import type { RenderReply, RenderRequest } from './schema.ts';
import { type PageLimits, showPage } from './show-page.ts';

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

const closeMs = 3_000;

/** `broken`: the browser must not be used for another page. */
export interface PageOutcome {
  readonly reply: RenderReply;
  readonly broken: boolean;
}

/**
 * Shows the page in a context of its own, behind a proxy of its own, and reads it. A page that can not be shown is a
 * `failed` reply. Throws nothing but the signal's reason.
 */
export async function renderPage(
  request: RenderRequest,
  launched: LaunchedBrowser,
  localOrigin: string | undefined,
  { clock, resolve }: RenderPageEffects,
  signal: AbortSignal,
  limits: PageLimits = pageLimits,
): Promise<PageOutcome> {
  const proxy = await openGuardingProxy({
    resolve,
    localOrigin,
    maxBytes: limits.bytes,
    maxConnections: limits.connections,
    idleMs: limits.loadMs,
  });
  const opening: { context?: Promise<BrowserContext> } = {};
  const show = async (ends: AbortSignal): Promise<RenderReply> => {
    guardConnections(resolve, localOrigin).refuse(new URL(request.url));
    const context = await (opening.context = openContext(request, launched, proxy));
    const page = await showPage(await context.newPage(), request, { proxy, clock, limits }, ends);
    return { ...page, browser: launched.version };
  };
  let reply: RenderReply;
  let broken = false;
  try {
    const allowedMs = request.heavy ? limits.heavyMs : limits.totalMs;
    const late = () => new PageStuck(`takes longer than ${allowedMs / 1000} s to show`);
    reply = await within(allowedMs, show, late, clock, signal);
  } catch (error) {
    reply = failedBecause(error, proxy);
    const isHarmless = error instanceof RefusedAddress || error instanceof PageFailure;
    broken = !isHarmless && (reply.why === 'browser' || error instanceof PageStuck);
  }
  const closed = await within(
    closeMs,
    async () => (await opening.context)?.close(),
    () => new PageStuck('the page does not close'),
    clock,
  ).then(
    () => true,
    () => false,
  );
  await proxy.close();
  signal.throwIfAborted();
  return { reply, broken: broken || !closed || !launched.browser.isConnected() };
}

const openContext = (request: RenderRequest, { browser }: LaunchedBrowser, proxy: GuardingProxy) =>
  browser.newContext({
    proxy: { server: proxy.url, bypass: '<-loopback>' },
    userAgent: browserAgent(request.userAgent ?? userAgentOf(''), browser.version()),
    viewport: { width: 1280, height: 1600 },
    acceptDownloads: false,
    serviceWorkers: 'block',
    permissions: [],
  });

/** As a search engine's browser names itself: a Chrome of that version, and whose robot it is. */
function browserAgent(agent: string, version: string): string {
  const robot = /\(([^()]+)\)/.exec(agent)?.[1] ?? agent;
  return `Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; ${robot}) Chrome/${version} Safari/537.36`;
}
