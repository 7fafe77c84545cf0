import { readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atOnce } from '../../platform/at-once.ts';
import type { Effects } from '../../platform/effects.ts';
import type { Resolve } from '../fetch/address-guard.ts';
import { type LaunchedBrowser, launchBrowser } from './launch.ts';
import { memoryOf } from './process-memory.ts';
import { pageLimits, renderPage } from './render-page.ts';
import type { RenderReply, RenderRequest } from './schema.ts';
import type { PageLimits } from './page-limits.ts';
import { WaitingTabs } from './waiting-tabs.ts';

export interface RendererEffects extends Pick<Effects, 'clock' | 'log'> {
  readonly resolve: Resolve;
}

/** Shows pages in one browser, which is started with the first of them. */
export interface Renderer {
  /** Never throws but the signal's reason: what can not be shown is a `failed` reply. */
  render(request: RenderRequest, signal: AbortSignal): Promise<RenderReply>;
  /** Ends the browser. A later page starts another one. */
  close(): Promise<void>;
}

export interface RendererSettings {
  /** Whether the origin of a request may be private, as on a laptop. */
  readonly local: () => boolean;
  readonly limits: PageLimits;
  /** How many pages are shown at a time, and how many tabs there are, those that wait for a page included. */
  readonly pagesAtOnce: number;
  /** A browser that has shown so many pages is replaced. */
  readonly pagesOfBrowser: number;
  /** In bytes. A browser whose processes hold more is replaced. */
  readonly mostMemory: number;
  /** In bytes. With less room in /tmp the browser is replaced and old core dumps are deleted. */
  readonly leastScratch: number;
  /** Milliseconds after which a browser that nobody uses ends. */
  readonly idleMs: number;
}

const MB = 1024 * 1024;

export const rendererSettings: RendererSettings = {
  local: () => false,
  limits: pageLimits,
  pagesAtOnce: 4,
  pagesOfBrowser: 100,
  mostMemory: 900 * MB,
  leastScratch: 100 * MB,
  idleMs: 20_000,
};

/** A browser and what it does. */
interface Running {
  readonly launched: Promise<LaunchedBrowser>;
  readonly tabs: WaitingTabs;
  shown: number;
  active: number;
  retired: boolean;
}

export function createRenderer(
  effects: RendererEffects,
  settings: RendererSettings = rendererSettings,
): Renderer {
  const { clock, log } = effects;
  let current: Running | undefined;
  let idle = new AbortController();
  let active = 0;
  const places = atOnce(settings.pagesAtOnce);
  const ending = new Set<Promise<void>>();

  /** No page is given to it any more; it ends with the last of its pages. */
  function retire(running: Running): void {
    running.retired = true;
    if (current === running) current = undefined;
    if (running.active > 0) return;
    const ended = running.launched.then(
      async launched => {
        await running.tabs.leaveAtMost(0);
        await launched.end();
      },
      () => undefined,
    );
    ending.add(ended);
    void ended.finally(() => ending.delete(ended));
  }

  function use(): Running {
    current ??= {
      launched: launchBrowser(clock),
      tabs: new WaitingTabs(),
      shown: 0,
      active: 0,
      retired: false,
    };
    current.active += 1;
    current.shown += 1;
    return current;
  }

  async function done(running: Running, broken: boolean): Promise<void> {
    running.active -= 1;
    const why = running.retired ? 'retired' : await reasonToReplace(running, broken, settings);
    if (why !== undefined) {
      if (!running.retired) log.info('render.browser_replaced', { why, pages: running.shown });
      retire(running);
    }
  }

  /** A browser that is idle for long ends: it holds 200 MB. */
  function endWhenIdle(): void {
    idle.abort();
    idle = new AbortController();
    if (active > 0) return;
    clock.sleep(settings.idleMs, idle.signal).then(
      () => void (current && active === 0 && retire(current)),
      // There is another page.
      () => undefined,
    );
  }

  async function show(request: RenderRequest, signal: AbortSignal): Promise<RenderReply> {
    signal.throwIfAborted();
    const asked = clock.now();
    const running = use();
    let broken = true;
    try {
      const launched = await running.launched;
      const launch = clock.now() - asked;
      const localOrigin = settings.local() ? request.origin : undefined;
      const mostWaiting = settings.pagesAtOnce - running.active;
      const browser = { launched, tabs: running.tabs, mostWaiting };
      const outcome = await renderPage(request, browser, localOrigin, effects, signal, settings.limits);
      broken = outcome.broken;
      const { reply } = outcome;
      return reply.kind === 'failed' ? reply : { ...reply, timings: { ...reply.timings, launch } };
    } catch (error) {
      signal.throwIfAborted();
      log.error('render.browser_failed', error);
      return { kind: 'failed', why: 'browser', reason: 'the browser does not start' };
    } finally {
      await done(running, broken);
    }
  }

  return {
    async render(request, signal) {
      idle.abort();
      active += 1;
      try {
        return await places(() => show(request, signal));
      } finally {
        active -= 1;
        endWhenIdle();
      }
    },
    async close() {
      idle.abort();
      if (current) retire(current);
      await Promise.all(ending);
    },
  };
}

async function reasonToReplace(
  { launched, shown }: Running,
  broken: boolean,
  settings: RendererSettings,
): Promise<string | undefined> {
  if (broken) return 'it failed';
  if (shown >= settings.pagesOfBrowser) return 'it has shown many pages';
  if ((await memoryOf((await launched).pid)) > settings.mostMemory) return 'it holds much memory';
  const { bavail, bsize } = await statfs(tmpdir());
  if (bavail * bsize >= settings.leastScratch) return undefined;
  await removeCoreDumps();
  return 'there is little room in /tmp';
}

/** They are off, but a browser that ignores that fills /tmp with them (Sparticuz/chromium#512). */
async function removeCoreDumps(): Promise<void> {
  const files = await readdir(tmpdir());
  const dumps = files.filter(file => /^core\.(?:chromium|\d)/.test(file));
  await Promise.all(dumps.map(file => rm(join(tmpdir(), file), { force: true })));
}
