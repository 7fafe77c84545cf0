import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { buildSite, siteDirectory } from '../../local/start/build-site.ts';
import { launchBrowser } from '../support/browser.ts';
import { onPhone } from '../web/chat-page.ts';
import { hostPage, startHostSite } from '../web/host-pages.ts';
import { openWidgetPage } from '../web/widget-page.ts';
import { startWidgetServer } from '../web/widget-server.ts';
import { percentile, type Row } from './row.ts';

const visits = 7;
const loaderBar = 8_000;
const wholeBar = 40_000;
/** A phone of the middle on a slow mobile network, by the usual profile of page audits. */
const slowdown = 4;
const slow4G = {
  latency: 562.5,
  downloadThroughput: 1_474_560 / 8,
  uploadThroughput: 675_000 / 8,
  offline: false,
};

interface Visit {
  /** From the navigation until the page itself, which is empty but for the tag, could be used. */
  readonly page: number;
  /** From the navigation until the button can be pressed. */
  readonly button: number;
  /** From the press until a question can be typed. */
  readonly field: number;
}

/** What a page pays for the widget: bytes, and the time until it can be used on a slow phone. */
export async function run(): Promise<Row[]> {
  await buildSite();
  const server = await startWidgetServer();
  const site = await startHostSite();
  const browser = await launchBrowser();
  try {
    site.pages.set('/', {
      html: hostPage(
        `<script async src="${server.origin}/widget/v2/widget.js" data-api-key="pk_live_bench"></script>`,
      ),
    });
    const cold: Visit[] = [];
    for (let i = 0; i < visits; i++) cold.push(await visit(browser, `${site.origin}/`));
    const median = (of: (visit: Visit) => number) => percentile(cold.map(of), 0.5);
    return [
      ...(await sizes()),
      {
        name: 'the page itself is ready, phone 4x slower on slow 4G, p50',
        figure: median(({ page }) => page),
        unit: 'ms',
      },
      {
        name: 'the button can be pressed, the same, cold, p50',
        figure: median(({ button }) => button),
        unit: 'ms',
      },
      {
        name: 'from the press to a field to type in, the same, cold, p50',
        figure: median(({ field }) => field),
        unit: 'ms',
      },
    ];
  } finally {
    await browser.close();
    await site.stop();
    await server.stop();
  }
}

async function sizes(): Promise<Row[]> {
  const folder = join(siteDirectory, 'widget/v2');
  const files = await Promise.all(
    (await readdir(folder)).map(async name => ({
      name,
      size: gzipSync(await readFile(join(folder, name))).length,
    })),
  );
  const loader = files.find(({ name }) => name === 'widget.js')?.size ?? Number.NaN;
  const whole = files.reduce((sum, { size }) => sum + size, 0);
  return [
    {
      name: 'widget.js, gzipped',
      figure: loader,
      unit: 'bytes',
      bar: `<= ${loaderBar}`,
      ok: loader <= loaderBar,
    },
    {
      name: 'all of the widget, gzipped',
      figure: whole,
      unit: 'bytes',
      bar: `<= ${wholeBar}`,
      ok: whole <= wholeBar,
    },
  ];
}

/** A first visit: nothing is in the browser's cache. */
async function visit(browser: Browser, url: string): Promise<Visit> {
  const opened = await openWidgetPage(browser, 'about:blank', onPhone);
  const { page, launcher } = opened;
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', slow4G);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  // Asked in the page itself: a question from outside would wait for the slowed-down page.
  await page.addInitScript(`
    const seen = window.seen = {};
    const look = () => {
      const root = document.querySelector('switchboard-widget')?.shadowRoot;
      if (root) seen.button ??= performance.now();
      if (root?.querySelector('textarea')) seen.field ??= performance.now();
      if (seen.field === undefined) requestAnimationFrame(look);
    };
    addEventListener('DOMContentLoaded', () => { seen.page = performance.now(); });
    addEventListener('click', () => { seen.press = performance.now(); }, true);
    look();
  `);
  await page.goto(url);
  await launcher.tap();
  await opened.field.waitFor();
  const seen = await page.evaluate<Visit & { press: number }>('seen');
  await opened.close();
  return { page: seen.page, button: seen.button, field: seen.field - seen.press };
}
