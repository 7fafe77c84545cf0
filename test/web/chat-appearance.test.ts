import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { contrast, paletteOf } from '../../web/shared/theme.ts';
import { accessibilityViolations } from '../support/browser.ts';
import { onPhone } from './chat-page.ts';
import { answering } from './page-server.ts';
import { pageStage } from './page-stage.ts';

const here = pageStage();
/** Of the first element that fits the selector. */
const style = (page: Page, selector: string, property: string): Promise<string> =>
  page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${property}`);
const clear = /^rgba.*, 0\)$/;
const unbroken = 'unbroken'.repeat(60);
const source = {
  n: 1,
  id: 'd',
  title: unbroken,
  url: `https://example.org/${unbroken}`,
  excerpt: unbroken,
  score: 1,
};
const mode = { title: unbroken, intro: unbroken, prompts: [unbroken] };

describe('the page is as wide as its window', () => {
  it.each([
    ['a phone', onPhone],
    ['a phone on its side', { viewport: { width: 667, height: 375 }, isMobile: true, hasTouch: true }],
    ['a window at 200 %', { viewport: { width: 640, height: 400 } }],
    ['a narrow window at 400 %', { viewport: { width: 320, height: 256 } }],
  ])('on %s, whatever long words there are', async (_, options) => {
    const text = `# ${unbroken}\n\n${unbroken} \`${unbroken}\` [1]\n\n- ${unbroken}\n\n> ${unbroken}\n\n| ${unbroken} |\n|--|\n| 👩‍👩‍👧‍👦 |\n\n\`\`\`\n${unbroken}\n\`\`\``;
    await here.server({ mode, events: answering(text, [source]) });
    const { page, ask, answered, field } = await here.visit(options);
    const fits = async () => {
      const { width = 0, height = 0 } = page.viewportSize() ?? {};
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await page.getByRole('main').evaluate(main => main.scrollWidth - main.clientWidth)).toBe(0);
      const button = await page.getByRole('button', { name: 'Send', exact: true }).boundingBox();
      expect((button?.x ?? width) + (button?.width ?? 0)).toBeLessThanOrEqual(width);
      expect((button?.y ?? height) + (button?.height ?? 0)).toBeLessThanOrEqual(height);
    };
    await page.getByRole('button', { name: unbroken }).waitFor();
    await fits();
    expect(await page.getByRole('main').evaluate(main => main.scrollTop)).toBe(0);
    await ask(unbroken);
    await answered();
    await page.getByRole('button', { name: 'Passage of source 1' }).click();
    await fits();
    expect(await field.isVisible()).toBe(true);
  });
});

describe('text runs in the direction of its words', () => {
  it('in all that people and models write', async () => {
    await here.server({
      mode: { title: 'متحف الميناء', intro: 'اسأل!', prompts: ['متى؟', 'When?'] },
      events: answering(
        '# عنوان\n\nيفتح (يوميا)! [1]\n\nOpen (daily)!\n\n- أول\n  - فرعي\n- two (2)\n\n> اقتباس!\n\n| اسم |\n|--|\n| one |\n\n```\nls\n```',
        [{ ...source, title: 'ساعات' }],
      ),
    });
    const { page, ask, answered, field } = await here.visit();
    const direction = (selector: string) => style(page, selector, 'direction');
    await page.getByRole('button', { name: 'When?' }).waitFor();
    for (const selector of ['h1', '.welcome p', '.prompts button'])
      expect(await direction(selector), selector).toBe('rtl');
    expect(await direction('.prompts li:last-child button')).toBe('ltr');
    await field.fill('متى يفتح؟');
    expect(await direction('#question')).toBe('rtl');
    await ask('متى يفتح؟');
    await answered();
    const answer = '.markdown';
    for (const part of ['h3', 'p', 'ul', 'ul ul', 'blockquote', 'table'])
      expect(await direction(`${answer} ${part}`), part).toBe('rtl');
    expect(await direction(`${answer} pre`)).toBe('ltr');
    expect(await direction('.question p')).toBe('rtl');
    expect(await direction('.source-title')).toBe('rtl');
    expect(await direction('.markdown p:nth-of-type(2)')).toBe('ltr');
    // The list's markers stand at its right, inside it, and so do its words.
    const inside = await page.evaluate<
      [number, boolean][]
    >(`[...document.querySelectorAll('.markdown li')].map(item => {
      const words = document.createRange();
      words.selectNodeContents(item.firstChild);
      const room = item.getBoundingClientRect().right - words.getBoundingClientRect().right;
      return [Math.round(room), parseFloat(getComputedStyle(item.parentElement).paddingRight) > 10];
    })`);
    expect(inside).toEqual(inside.map(() => [0, true]));
    expect(await accessibilityViolations(page)).toEqual([]);
  });
});

describe('the colour and the name of the mode', () => {
  it.each(['#82002d', '#ffff00', '#000000', '#ffffff', '#3b82f6', '#777777', '#00ff00', '#0000ff'])(
    '%s is legible wherever it is used, in light and dark',
    color => {
      for (const [on, grounds] of [
        ['light', ['#ffffff', '#f4f6f5']],
        ['dark', ['#111816', '#182120', '#1c2624']],
      ] as const) {
        const { accent, strong, onAccent, soft } = paletteOf(color, '#ffffff', on);
        const ink = on === 'light' ? '#15201c' : '#e4ebe8';
        const pairs = [...grounds, soft].flatMap(
          ground =>
            [
              [accent, ground],
              [strong, ground],
            ] as const,
        );
        for (const [one, other] of [...pairs, [onAccent, accent], [ink, soft]] as const)
          expect(contrast(one, other), `${one} on ${other}, ${on}`).toBeGreaterThanOrEqual(4.5);
      }
    },
  );

  it.each(['light', 'dark'] as const)(
    'are the page’s, from the first paint of the next visit on, in %s',
    async colorScheme => {
      const server = await here.server({
        mode: { title: 'Museum', intro: 'Ask.', prompts: [], color: '#aa0011', text_color: '#ffffff' },
      });
      const { page } = await here.visit({ colorScheme });
      await page.getByRole('heading', { level: 1, name: 'Museum' }).waitFor();
      const { accent } = paletteOf('#aa0011', '#ffffff', colorScheme);
      const shown = () =>
        page.evaluate<string>(`getComputedStyle(document.documentElement).getPropertyValue('--accent')`);
      expect(await shown()).toBe(accent);
      expect(await accessibilityViolations(page)).toEqual([]);
      server.beforeMode = () => new Promise(() => {});
      await page.reload();
      await page.getByRole('heading', { level: 1, name: 'Museum' }).waitFor();
      expect([await page.title(), await shown()]).toEqual(['Museum', accent]);
    },
  );

  it('are no other’s before they are known', async () => {
    const told = Promise.withResolvers<void>();
    await here.server({ beforeMode: () => told.promise });
    const { page } = await here.visit();
    await page.getByText('Loading…').waitFor({ state: 'attached' });
    expect(await page.locator('body').innerText()).not.toMatch(/Switchboard|Museum/);
    expect(await page.locator('.mark').count()).toBe(0);
    expect(await page.title()).not.toContain('Switchboard');
    told.resolve();
    await page.getByRole('heading', { level: 1, name: 'Museum' }).waitFor();
  });

  it('are done without where the server does not tell them', async () => {
    await here.server({ beforeMode: () => Promise.reject(new Error('broken')) });
    const { page, field } = await here.visit();
    await page.getByRole('heading', { name: 'What would you like to know?' }).waitFor();
    expect(await field.isEnabled()).toBe(true);
  });
});

describe('where a reader’s own colours are forced', () => {
  it('the focus, the question and the work in progress can be seen', async () => {
    await here.server({
      events: [
        ['tool_start', {}],
        ['token', { text: 'Open [1].' }],
      ],
      apartMs: 1_000,
    });
    const { page, ask } = await here.visit({ forcedColors: 'active' });
    await ask('When?');
    const styles = (selector: string, property: string) => style(page, selector, property);
    expect(await styles('.pulse', 'backgroundColor')).not.toBe(await styles('.page', 'backgroundColor'));
    expect(await styles('.composer', 'outlineStyle')).toBe('solid');
    expect(await styles('.composer', 'outlineColor')).not.toMatch(clear);
    expect(await styles('.question p', 'borderTopStyle')).toBe('solid');
    expect(await styles('.question p', 'borderTopColor')).not.toMatch(clear);
  });
});
