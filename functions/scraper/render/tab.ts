import type { CDPSession, Page } from 'playwright-core';
import type { Clock } from '../../platform/clock.ts';
import { within } from '../../platform/within.ts';
import type { Resolve } from '../fetch/address-guard.ts';
import { type GuardingProxy, openGuardingProxy } from '../fetch/guarding-proxy.ts';
import { userAgentOf } from '../fetch/user-agent.ts';
import type { LaunchedBrowser } from './launch.ts';
import { PageStuck } from './page-world.ts';
import type { RenderRequest } from './schema.ts';
import type { PageLimits } from './page-limits.ts';

/** A tab of the browser that is open, and how to speak to what it shows. */
export interface OpenTab {
  readonly page: Page;
  readonly session: CDPSession;
}

/** A tab with a context and a guarding proxy of its own. */
export interface Tab {
  readonly proxy: GuardingProxy;
  /** Opens it, or makes it ready for another page. */
  open(): Promise<OpenTab>;
  /**
   * Ends the page that it shows, and takes away what it has stored, so that the next one finds nothing but the cache.
   * False where that can not be done: then no other page may be shown in it.
   */
  empty(): Promise<boolean>;
  /** False where it does not close in time. */
  close(): Promise<boolean>;
}

/** Milliseconds. */
const closeMs = 3_000;
const emptyMs = 3_000;

/** Films and sound, by their usual endings. Nobody looks or listens. */
const media = ['mp4', 'm4v', 'webm', 'mov', 'avi', 'm3u8', 'mp3', 'm4a', 'ogg', 'wav'].map(
  ending => `*.${ending}*`,
);

/** For pages that are asked for as this one is. The context is opened with the first of them. */
export async function makeTab(
  { userAgent }: Pick<RenderRequest, 'userAgent'>,
  { browser }: Pick<LaunchedBrowser, 'browser'>,
  localOrigin: string | undefined,
  { clock, resolve }: { clock: Clock; resolve: Resolve },
  limits: PageLimits,
): Promise<Tab> {
  const proxy = await openGuardingProxy({
    resolve,
    localOrigin,
    maxBytes: limits.bytes,
    maxConnections: limits.connections,
    idleMs: limits.loadMs,
  });
  let opening: Promise<OpenTab> | undefined;

  async function openContext(): Promise<OpenTab> {
    const context = await browser.newContext({
      proxy: { server: proxy.url, bypass: '<-loopback>' },
      userAgent: browserAgent(userAgent ?? userAgentOf(''), browser.version()),
      viewport: { width: 1280, height: 1600 },
      acceptDownloads: false,
      serviceWorkers: 'block',
      permissions: [],
    });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setBlockedURLs', { urls: media });
    return { page, session };
  }

  return {
    proxy,
    async open() {
      if (!opening) return (opening = openContext());
      const tab = await opening;
      proxy.begin();
      return tab;
    },
    async empty() {
      const late = () => new PageStuck('the page does not stop');
      const emptied = async () => opening !== undefined && takeAway(await opening);
      return within(emptyMs, emptied, late, clock).catch(() => false);
    },
    async close() {
      const late = () => new PageStuck('the page does not close');
      const closed = await within(
        closeMs,
        async () => (await opening)?.page.context().close(),
        late,
        clock,
      ).then(
        () => true,
        () => false,
      );
      await proxy.close();
      return closed;
    },
  };
}

/**
 * Only from a page of one origin without workers and windows: what others have begun or stored is not in our hands. An
 * empty document takes the page's place, which has its origin and its process, but none of its scripts. The name of a
 * window and the storage of a session stay with the tab, so they are taken away by hand.
 */
async function takeAway({ page, session }: OpenTab): Promise<boolean> {
  const { origin, protocol } = new URL(page.url());
  const isAlone =
    /^https?:$/.test(protocol) &&
    page.frames().every(frame => frame === page.mainFrame() || URL.parse(frame.url())?.origin === origin) &&
    page.workers().length === 0 &&
    page.context().pages().length === 1;
  if (!isAlone) return false;
  const evaluate = async (expression: string): Promise<unknown> => {
    const { frameTree } = await session.send('Page.getFrameTree');
    const frameId = frameTree.frame.id;
    const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', { frameId });
    return (await session.send('Runtime.evaluate', { expression, contextId })).result.value;
  };
  await Promise.all([
    page.waitForURL('about:blank', { timeout: emptyMs }),
    evaluate(`location.replace('about:blank')`),
  ]);
  await Promise.all([
    page.context().clearCookies(),
    session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' }),
  ]);
  const left = await evaluate(
    `sessionStorage.clear(); name = ''; sessionStorage.length + localStorage.length`,
  );
  return left === 0 && page.frames().length === 1;
}

/** As a search engine's browser names itself: a Chrome of that version, and whose robot it is. */
function browserAgent(agent: string, version: string): string {
  const robot = /\(([^()]+)\)/.exec(agent)?.[1] ?? agent;
  return `Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; ${robot}) Chrome/${version} Safari/537.36`;
}
