import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Locator } from 'playwright-core';
import { type OpenPage, openPage } from '../support/browser.ts';

/** The library as it is published. */
const htmx = readFileSync(createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js'), 'utf8');

const [, documented = ''] = /```html\n(.*?)```/s.exec(readFileSync('docs/api.md', 'utf8')) ?? [];

/** A page of somebody who builds with HTMX: what docs/api.md shows, and buttons for the prompts of the mode. */
const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Ask us</title><link rel="icon" href="data:,">
<script src="/htmx.min.js"></script></head>
<body><h1 id="title"></h1><div id="quick"></div>${documented}
<script>
fetch('/modes/default').then(reply => reply.json()).then(({ title, prompts }) => {
  document.getElementById('title').textContent = title;
  for (const prompt of prompts) {
    const button = document.createElement('button');
    button.textContent = prompt;
    button.onclick = () => { document.forms[0].message.value = prompt; document.forms[0].requestSubmit(); };
    document.getElementById('quick').append(button);
  }
});
</script></body></html>`;

export interface HtmxPage extends OpenPage {
  readonly bubbles: Locator;
  readonly ask: (message: string) => Promise<void>;
  /** The path of every request that the page made. */
  readonly paths: string[];
}

/** The page as a visitor of this deployment's own origin has it, as behind a proxy of the same site. */
export async function openHtmxPage(browser: Browser, url: string): Promise<HtmxPage> {
  const open = await openPage(browser, 'about:blank');
  const { page } = open;
  const paths: string[] = [];
  page.on('request', request => paths.push(new URL(request.url()).pathname));
  await page.route(`${url}/our-page`, route => route.fulfill({ contentType: 'text/html', body: html }));
  await page.route(`${url}/htmx.min.js`, route =>
    route.fulfill({ contentType: 'text/javascript', body: htmx }),
  );
  await page.goto(`${url}/our-page`);
  const bubbles = page.locator('.chat-entry.assistant > .bubble.markdown');
  return {
    ...open,
    bubbles,
    paths,
    async ask(message) {
      const before = await bubbles.count();
      await page.getByLabel('Message').fill(message);
      await page.getByRole('button', { name: 'Send' }).click();
      await bubbles.nth(before).waitFor();
    },
  };
}
