import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { buildSite } from '../../local/start/build-site.ts';
import { launchBrowser } from '../support/browser.ts';
import { type ChatPage, openChat } from './chat-page.ts';
import { type PageServer, startPageServer } from './page-server.ts';

/** The chat page before a server that says what the tests want, and a browser: for how the page looks and moves. */
export function pageStage() {
  const started: { server?: PageServer; browser?: Browser } = {};
  const opened: ChatPage[] = [];
  const known = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('the stage is not set yet');
    return part;
  };
  beforeAll(async () => {
    await buildSite();
    started.browser = await launchBrowser();
  }, 120_000);
  afterAll(() => started.browser?.close());
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(page => page.close()));
    await started.server?.stop();
    delete started.server;
  });
  return {
    get browser() {
      return known(started.browser);
    },
    /** A server of its own for the test; the page is opened by `visit`. */
    async server(changes: Partial<PageServer> = {}): Promise<PageServer> {
      started.server = Object.assign(await startPageServer(), changes);
      return started.server;
    },
    async visit(options: BrowserContextOptions = {}): Promise<ChatPage> {
      const { origin } = started.server ?? (await this.server());
      const page = await openChat(known(started.browser), `${origin}/`, options);
      opened.push(page);
      return page;
    },
  };
}
