import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hostPage } from './host-pages.ts';
import { widgetStage } from './widget-stage.ts';

const here = widgetStage();

/** Of the first element in the widget that fits the selector. */
const style = (page: Page, selector: string, property: string): Promise<string> =>
  page.evaluate<string>(
    `getComputedStyle(document.querySelector('switchboard-widget').shadowRoot.querySelector('${selector}')).${property}`,
  );

describe('an open widget', () => {
  it('adds no banner to the landmarks of its page', async () => {
    const { page, open } = await here.visit({ html: hostPage(`<header>Ours</header>${here.tag()}`) });
    await open();
    expect(await page.getByRole('banner').count()).toBe(1);
  });

  it.each([
    ['its root', (html: string) => html.replace('<html', '<html dir="rtl"')],
    ['its body', (html: string) => html.replace('<body', '<body dir="rtl"')],
  ])(
    'runs as its page does where that says so on %s, and what people and models write by its own words',
    async (_, turned) => {
      here.server.settings = { widgetName: 'متحف', welcomeMessage: 'Hello!', quickPrompts: ['متى؟'] };
      here.server.answer = () => ({
        chunks: ['يفتح (يوميا)! [1]\n\n- أول\n\nOpen (daily)!'],
        sources: [{ n: 1, title: 'ساعات', url: 'https://museum.example/', excerpt: 'Nine!' }],
      });
      const { page, open, ask, answered, field, frame } = await here.visit({
        html: turned(hostPage(here.tag())),
      });
      await open();
      expect(await style(page, '.head', 'direction')).toBe('rtl');
      expect(await style(page, '.message p', 'direction')).toBe('ltr');
      expect(await style(page, '.prompts button', 'direction')).toBe('rtl');
      // The button that closes is where lines end.
      const [head, close] = [
        await frame.boundingBox(),
        await frame.getByRole('button', { name: 'Minimize' }).boundingBox(),
      ];
      expect((close?.x ?? 0) - (head?.x ?? 0)).toBeLessThan(40);
      await field.fill('When?');
      expect(await style(page, 'textarea', 'direction')).toBe('ltr');
      await ask('When?');
      await answered();
      expect(await style(page, '.own p', 'direction')).toBe('ltr');
      for (const part of ['.markdown p', '.markdown ul', '.sources a'])
        expect(await style(page, part, 'direction'), part).toBe('rtl');
      for (const part of ['.markdown p:last-child', '.excerpt'])
        expect(await style(page, part, 'direction'), part).toBe('ltr');
    },
  );

  it('shows its welcome from the beginning, and leaves a reader who moves by keys where they are', async () => {
    here.server.settings = { welcomeMessage: 'Welcome. '.repeat(50), quickPrompts: ['a', 'b', 'c'] };
    here.server.answer = () => ({
      chunks: Array.from({ length: 200 }, (_, i) => `Line ${i}.\n\n`),
      apartMs: 20,
    });
    const { open, ask, answer, field, frame } = await here.visit(
      {},
      { viewport: { width: 900, height: 500 } },
    );
    await open();
    const scroller = frame.getByRole('region', { name: 'Conversation' });
    const top = () => scroller.evaluate(element => element.scrollTop);
    expect(await top()).toBe(0);
    await ask('At length');
    await answer.getByText('Line 30.').waitFor();
    const before = await top();
    await field.press('PageUp');
    await expect.poll(top).toBeLessThan(before);
    const turned = await top();
    await answer.getByText('Line 50.').waitFor();
    expect(await top()).toBe(turned);
  });

  it('can be seen where a reader’s own colours are forced', async () => {
    const { page, open, ask, answered } = await here.visit({}, { forcedColors: 'active' });
    await open();
    await ask('Why?');
    await answered();
    for (const part of ['.own .words', '.message:not(.own) .words']) {
      expect(await style(page, part, 'borderTopStyle')).toBe('solid');
      expect(await style(page, part, 'borderTopColor')).not.toMatch(/^rgba.*, 0\)$/);
    }
    expect(await style(page, 'textarea', 'outlineStyle')).toBe('solid');
  });
});
