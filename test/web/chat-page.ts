import type { Browser, BrowserContextOptions, Locator } from 'playwright-core';
import { type OpenPage, openPage } from '../support/browser.ts';

/** The chat page as a person uses it. */
export interface ChatPage extends OpenPage {
  readonly field: Locator;
  readonly stopButton: Locator;
  /** Of the newest turn, without its sources and buttons. */
  readonly answerText: Locator;
  readonly ask: (question: string) => Promise<void>;
  /** Until the newest answer is whole. */
  readonly answered: () => Promise<void>;
  /** What the newest answer says, with line ends and citation marks as spaces. */
  readonly words: () => Promise<string>;
}

export const onPhone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
} satisfies BrowserContextOptions;

export async function openChat(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<ChatPage> {
  return chatOn(await openPage(browser, url, options));
}

export function chatOn(open: OpenPage): ChatPage {
  const { page } = open;
  const field = page.getByLabel('Your question');
  const turn = page.getByRole('article').last();
  const answerText = turn.locator('.markdown');
  return {
    ...open,
    field,
    answerText,
    stopButton: page.getByRole('button', { name: 'Stop answering' }),
    async ask(question) {
      await field.fill(question);
      await field.press('Enter');
    },
    answered: () => turn.getByRole('button', { name: 'Copy answer' }).waitFor({ timeout: 40_000 }),
    words: async () => (await answerText.innerText()).replaceAll(/\s+/g, ' ').trim(),
  };
}

/** What the console says of a network that the test itself took away. */
export const expectedOffline = /ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_NETWORK|ERR_INCOMPLETE_CHUNKED/;
