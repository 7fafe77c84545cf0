import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { buildSite } from '../../local/start/build-site.ts';
import { launchBrowser } from '../support/browser.ts';
import { type HostPage, type HostSite, hostPage, startHostSite } from './host-pages.ts';
import { openWidgetPage } from './widget-page.ts';
import { startWidgetServer, type WidgetServer } from './widget-server.ts';

export const key = `pk_live_${'ab'.repeat(32)}`;

/** The widget's server, a website of somebody else on another origin, and a browser. */
export function widgetStage() {
  const started: { server?: WidgetServer; site?: HostSite; browser?: Browser } = {};
  const opened: { close: () => Promise<void> }[] = [];
  const known = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('the stage is not set yet');
    return part;
  };
  beforeAll(async () => {
    await buildSite();
    started.server = await startWidgetServer();
    started.site = await startHostSite();
    started.browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await started.browser?.close();
    await started.site?.stop();
    await started.server?.stop();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(page => page.close()));
    const server = known(started.server);
    server.calls.splice(0);
    server.intercept = undefined;
    server.settings = {};
    server.answer = question => ({ chunks: [`You said: ${question}`] });
    known(started.site).pages.clear();
  });
  return {
    get server() {
      return known(started.server);
    },
    get site() {
      return known(started.site);
    },
    get browser() {
      return known(started.browser);
    },
    /** The tag that a page names the widget by. */
    tag: (attributes = `data-api-key="${key}"`) =>
      `<script src="${known(started.server).origin}/widget/v2/widget.js" ${attributes}></script>`,
    /** A visitor on the page of the other site; the page shows the widget unless it is given. */
    async visit(page: Partial<HostPage> = {}, options: BrowserContextOptions = {}) {
      known(started.site).pages.set('/', { html: hostPage(this.tag()), ...page });
      const shown = await openWidgetPage(known(started.browser), `${known(started.site).origin}/`, options);
      opened.push(shown);
      return shown;
    },
  };
}
