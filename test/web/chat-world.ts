import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type OpenAiFake, startOpenAiFake } from '../support/openai-fake.ts';
import { startWorld, type World } from '../support/world.ts';
import { type ChatPage, openChat } from './chat-page.ts';

/** The whole product with the sample site learned, a model that the tests direct, and a browser. */
export interface ChatWorld {
  readonly world: World;
  readonly model: OpenAiFake;
  readonly browser: Browser;
  /** A new visitor's chat page; closed after the test. */
  readonly chat: (options?: BrowserContextOptions, query?: string) => Promise<ChatPage>;
}

const known = <T>(part: T | undefined): T => {
  if (part === undefined) throw new Error('the world has not started yet');
  return part;
};

/** Starts it before the file's tests and stops it after them; the returned value is filled in by then. */
export function chatWorld(): ChatWorld {
  const opened: ChatPage[] = [];
  const started: { world?: World; model?: OpenAiFake; browser?: Browser } = {};
  beforeAll(async () => {
    started.model = await startOpenAiFake();
    started.world = await startWorld({
      openAiBaseUrl: started.model.url,
      openAiKey: started.model.apiKey,
      pages: true,
    });
    started.browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await started.browser?.close();
    await started.world?.stop();
    await started.model?.stop();
  });
  afterEach(async () => {
    const complaints = [...known(started.model).complaints];
    known(started.model).reset();
    await Promise.all(opened.splice(0).map(page => page.close()));
    expect(complaints).toEqual([]);
  });
  return {
    get world() {
      return known(started.world);
    },
    get model() {
      return known(started.model);
    },
    get browser() {
      return known(started.browser);
    },
    async chat(options = {}, query = '') {
      const page = await openChat(known(started.browser), `${known(started.world).url}/${query}`, options);
      opened.push(page);
      return page;
    },
  };
}

/** Numbered words, so that a lost or repeated one shows. */
export const count = (words: number): string =>
  Array.from({ length: words }, (_, index) => `w${index + 1}`).join(' ');
