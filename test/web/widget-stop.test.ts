import { describe, expect, it } from 'vitest';
import { accessibilityViolations } from '../support/browser.ts';
import { onPhone } from './chat-page.ts';
import { count } from './chat-world.ts';
import { hostPage } from './host-pages.ts';
import { key, widgetStage } from './widget-stage.ts';

const here = widgetStage();
const slowly = (words: number) => ({ chunks: count(words).match(/\s*\S+/g) ?? [], apartMs: 30 });
const called = (start: string) =>
  here.server.calls.map(({ call }) => call).filter(call => call.startsWith(start));

describe('an answer that is on its way can be stopped', () => {
  it('and what there is of it stays, is marked, and the next question can be asked', async () => {
    here.server.answer = () => slowly(400);
    const { page, host, open, ask, answer, words, field, answered, problems } = await here.visit();
    await open();
    await ask('Count');
    await answer.getByText('w9 ').waitFor();
    await host.getByRole('button', { name: 'Stop answering' }).click();
    await host.locator('.stopped').getByText('Stopped.').waitFor();
    await host.locator('.visually-hidden[role="status"]').getByText('Stopped.').waitFor();
    expect(await field.evaluate(element => element.matches(':focus'))).toBe(true);
    const text = await words();
    expect(count(400).startsWith(text)).toBe(true);
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.reload();
    await open();
    expect(await words()).toBe(text);
    await host.locator('.stopped').waitFor();
    here.server.answer = question => ({ chunks: [`You said: ${question}`] });
    await ask('Something else');
    await answered();
    expect(await words()).toBe('You said: Something else');
    expect(await host.locator('.stopped').count()).toBe(1);
    // What was stopped is not gone on with by anybody.
    expect(called('GET /api/widget/chat')).toEqual([]);
    expect(called('POST /api/widget/chat/runs')).toEqual([
      expect.stringMatching(/^POST \/api\/widget\/chat\/runs\/run-\d+\/cancel$/),
    ]);
    expect(problems).toEqual([]);
  });

  it('and its citations, which lead to their sources while it comes, still do', async () => {
    const source = { n: 1, title: 'Hours', url: 'https://museum.example/hours' };
    here.server.answer = () => ({
      chunks: ['At nine', { text: ' [1]', sources: [source] }, ...slowly(400).chunks],
      apartMs: 30,
    });
    const { host, open, ask, answer, answered } = await here.visit();
    await open();
    await ask('When?');
    const citation = answer.getByRole('link', { name: 'Source 1: Hours' });
    await citation.waitFor();
    await host.getByRole('button', { name: 'Stop answering' }).click();
    await answered();
    expect(await citation.getAttribute('href')).toBe(source.url);
    await host.locator('summary', { hasText: '1 source' }).waitFor();
  });

  it('before its first word, and be asked for again', async () => {
    here.server.answer = () => ({ chunks: ['Late'], apartMs: 20_000 });
    const { host, open, ask, answered, words } = await here.visit();
    await open();
    await ask('Why?');
    await host.locator('.dots').waitFor();
    await host.getByRole('button', { name: 'Stop answering' }).click();
    await host.locator('.stopped').waitFor();
    expect(await host.locator('.dots').count()).toBe(0);
    here.server.answer = question => ({ chunks: [`You said: ${question}`] });
    await host.getByRole('button', { name: 'Try again' }).click();
    await answered();
    expect(await words()).toBe('You said: Why?');
    expect(await host.locator('.message.own').count()).toBe(1);
  });

  it('on a page that wants no stream', async () => {
    here.server.intercept = ({ call }) => call.startsWith('POST');
    const html = hostPage(here.tag(`data-api-key="${key}" data-streaming="false"`));
    const { host, open, ask, answered, words } = await here.visit({ html });
    await open();
    await ask('Whole?');
    await host.getByRole('button', { name: 'Stop answering' }).click();
    await host.locator('.stopped').waitFor();
    here.server.intercept = undefined;
    await ask('And now?');
    await answered();
    expect(await words()).toBe('You said: And now?');
  });

  it('on a phone, where that brings up no keyboard', async () => {
    here.server.answer = () => slowly(400);
    const { page, host, open, ask, answer } = await here.visit({}, onPhone);
    await open();
    await ask('Count');
    await answer.getByText('w9 ').waitFor();
    const button = host.getByRole('button', { name: 'Stop answering' });
    const box = await button.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
    expect(await accessibilityViolations(page)).toEqual([]);
    await button.tap();
    await host.locator('.stopped').waitFor();
    expect(await page.evaluate('document.activeElement.shadowRoot.activeElement.ariaLabel')).toBe(
      'Conversation',
    );
  });
});

describe('the button that sends and the one that stops, which are in one place, are not taken for each other:', () => {
  it('a double press sends, and stops nothing', async () => {
    here.server.answer = () => slowly(12);
    const { host, open, field, answered, words } = await here.visit();
    await open();
    await field.fill('Count');
    await host.getByRole('button', { name: 'Send' }).dblclick();
    await answered();
    expect(await words()).toBe(count(12));
  });

  it('a press that stops does not send what was typed meanwhile', async () => {
    here.server.answer = () => slowly(400);
    const { host, open, ask, answer, field } = await here.visit();
    await open();
    await ask('Count');
    await answer.getByText('w9 ').waitFor();
    await field.fill('The next one');
    await field.press('Enter');
    await host.getByRole('button', { name: 'Stop answering' }).click();
    await host.locator('.stopped').waitFor();
    expect(await field.inputValue()).toBe('The next one');
    expect(called('POST /api/widget/chat/stream')).toHaveLength(1);
  });
});
