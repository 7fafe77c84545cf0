import type { Browser, BrowserContextOptions, FrameLocator, Page } from 'playwright-core';
import { openPage } from '../support/browser.ts';

/** A widget as a visitor of the page uses it. */
export function widgetOn(page: Page | FrameLocator, id = 'chat-widget-container') {
  const host = page.locator(`#${id}`);
  const answer = host.locator('.message:not(.own) .words').last();
  return {
    host,
    launcher: host.locator('.launcher'),
    frame: host.getByRole('dialog'),
    field: host.getByLabel('Your question'),
    answer,
    async open() {
      await host.locator('.launcher').click();
      await host.getByLabel('Your question').waitFor();
    },
    async ask(question: string) {
      await host.getByLabel('Your question').fill(question);
      await host.getByLabel('Your question').press('Enter');
    },
    /** Until the newest answer is whole. */
    answered: () =>
      host
        .locator('.message:not(.own):last-child:not(:has(.growing, .dots)) time')
        .waitFor({ timeout: 20_000 }),
    words: async () => (await answer.locator('.markdown').innerText()).replaceAll(/\s+/g, ' ').trim(),
  };
}

export async function openWidgetPage(browser: Browser, url: string, options: BrowserContextOptions = {}) {
  const open = await openPage(browser, url, options);
  return { ...open, ...widgetOn(open.page) };
}
