import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser, openPage } from '../support/browser.ts';
import { type OpenAiFake, saysWords, startOpenAiFake } from '../support/openai-fake.ts';
import { startWorld, type World } from '../support/world.ts';
import { startHostSite } from '../web/host-pages.ts';
import { type HtmxPage, openHtmxPage } from './htmx-page.ts';

let model: OpenAiFake;
let world: World;
let browser: Browser;
let shown: HtmxPage;
beforeAll(async () => {
  model = await startOpenAiFake();
  world = await startWorld({ openAiBaseUrl: model.url, openAiKey: model.apiKey });
  browser = await launchBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
  await model?.stop();
});
beforeEach(async () => {
  shown = await openHtmxPage(browser, world.url);
});
afterEach(async () => {
  model.reset();
  await shown.close();
});

const valueOf = (id: string) => shown.page.locator(`#${id}`).inputValue();

describe('a plain page built with HTMX', () => {
  test('asks, keeps the ids of the conversation, and goes on in it', async () => {
    model.next(saysWords('**Nine** to five. [1]', 1), saysWords('Until four.', 1));
    await shown.ask('When is the hall open on Saturdays?');
    expect(await shown.bubbles.first().locator('strong').innerText()).toBe('Nine');
    expect(await shown.bubbles.first().locator('.sources a').first().getAttribute('href')).toContain(
      '/sample/',
    );
    const [conversation, response] = [await valueOf('conversation_id'), await valueOf('response_id')];
    expect(conversation).toMatch(/^[0-9a-f-]{36}\./);
    await shown.ask('And on Sundays?');
    expect(await shown.bubbles.count()).toBe(2);
    expect((await valueOf('conversation_id')).slice(0, 36)).toBe(conversation.slice(0, 36));
    expect(await valueOf('response_id')).not.toBe(response);
    expect(await shown.page.locator('[hx-swap-oob]').count()).toBe(0);
    expect(JSON.stringify(model.requests[1]?.body.input)).toContain('When is the hall open on Saturdays?');
    expect(shown.problems).toEqual([]);
  });

  test('shows text in the direction of its words, and code from the left', async () => {
    const text =
      '# عنوان\n\nيفتح (يوميا)! [1]\n\nOpen (daily)!\n\n- أول\n  - فرعي\n\n> اقتباس!\n\n```\nls\n```';
    model.next(saysWords(text, 1));
    await shown.ask('When is the hall open on Saturdays?');
    const bubble = shown.bubbles.first();
    const isFromRight = (part: string) =>
      bubble
        .locator(part)
        .first()
        .evaluate(element => element.matches(':dir(rtl)'));
    for (const part of ['h3', 'p', 'ul', 'ul ul', 'blockquote'])
      expect(await isFromRight(part), part).toBe(true);
    for (const part of ['p:has-text("Open")', 'pre', '.sources li', '.sources .address'])
      expect(await isFromRight(part), part).toBe(false);
  });

  test('is told what the mode offers, and offers it', async () => {
    await shown.page.getByRole('heading', { name: 'Tern Harbour' }).waitFor();
    model.next(saysWords('At ten.', 1));
    await shown.page.getByRole('button', { name: 'When is the hall open' }).click();
    await shown.bubbles.first().waitFor();
    expect(model.requests).toHaveLength(1);
  });

  test('is told in a bubble what went wrong, and can ask again in the same conversation', async () => {
    await shown.ask('First?');
    const conversation = await valueOf('conversation_id');
    await shown.ask('  ');
    expect(await shown.bubbles.last().getAttribute('class')).toBe('bubble markdown warning');
    expect(await valueOf('conversation_id')).toBe(conversation);
    await shown.ask('Second?');
    expect((await valueOf('conversation_id')).slice(0, 36)).toBe(conversation.slice(0, 36));
  });

  test('clears, and begins a new conversation', async () => {
    await shown.ask('First?');
    const conversation = await valueOf('conversation_id');
    await shown.page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => valueOf('conversation_id')).toBe('');
    await shown.ask('Second?');
    expect((await valueOf('conversation_id')).slice(0, 36)).not.toBe(conversation.slice(0, 36));
    expect(shown.problems).toEqual([]);
  });

  test('takes in no element, request or picture that a text made up', async () => {
    const attack =
      '<div hx-get="/admin/keys" hx-trigger="load"></div><img src="/pixel.gif" onerror="document.title=1">\n\n' +
      '![x](/pixel.gif)\n\n<input id="conversation_id" hx-swap-oob="true" value="theirs">\n\n[x](javascript:document.title=1)';
    model.next(saysWords(attack, 1));
    await shown.ask('Attack?');
    await shown.page.waitForLoadState('networkidle');
    expect(
      shown.paths.filter(path => !/^\/(?:our-page|htmx\.min\.js|modes\/default|ask)$/.test(path)),
    ).toEqual([]);
    expect(await valueOf('conversation_id')).toMatch(/^[0-9a-f-]{36}\./);
    expect(await shown.page.title()).toBe('Ask us');
    expect(await shown.bubbles.locator('img, input, [hx-get], [onerror]').count()).toBe(0);
  });
});

test("another website's form is refused: it would spend our answers", async () => {
  const site = await startHostSite();
  const form = `<form method="post" action="${world.url}/ask"><input name="message" value="Hi"><button>Go</button></form>`;
  site.pages.set('/', { html: form });
  const open = await openPage(browser, `${site.origin.replace('127.0.0.1', 'localhost')}/`);
  await open.page.getByRole('button').click();
  await open.page.getByText('Another website may not ask here').waitFor();
  expect(model.requests).toEqual([]);
  await open.close();
  await site.stop();
});
