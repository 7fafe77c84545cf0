import type { Page } from 'playwright-core';
import { contrast } from '../../web/shared/theme.ts';

interface ShownText {
  readonly text: string;
  readonly color: string;
  readonly ground: string;
}

/** All that is written in the widget: each piece with its colour and what it stands on. */
const shownTexts = `(() => {
  const root = document.querySelector('switchboard-widget').shadowRoot;
  const groundOf = element => {
    for (let one = element; one; one = one.parentElement) {
      const { backgroundColor } = getComputedStyle(one);
      if (backgroundColor !== 'rgba(0, 0, 0, 0)') return backgroundColor;
    }
    return 'none';
  };
  const found = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { parentElement: around, data } = node;
    if (!around || data.trim() === '' || !around.checkVisibility() || around.closest('.visually-hidden')) continue;
    found.push({ text: data.trim(), color: getComputedStyle(around).color, ground: groundOf(around) });
  }
  const field = root.querySelector('textarea');
  found.push({ text: field.placeholder, color: getComputedStyle(field, '::placeholder').color, ground: groundOf(field) });
  return found;
})()`;

/**
 * The texts of the open widget that WCAG 2.2 (1.4.3) calls too faint, with how faint. Axe can not tell: for it nothing
 * lies behind what is fixed inside an element without a size.
 */
export async function faintTexts(page: Page): Promise<{ seen: string[]; faint: string[] }> {
  const texts = await page.evaluate<ShownText[]>(shownTexts);
  const ratio = ({ color, ground }: ShownText) => contrast(hexOf(color), hexOf(ground));
  return {
    seen: texts.map(({ text }) => text),
    faint: texts
      .filter(text => !(ratio(text) >= 4.5))
      .map(text => `${text.text}: ${text.color} on ${text.ground}, ${ratio(text).toFixed(2)}`),
  };
}

function hexOf(rgb: string): string {
  const [, ...channels] = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(rgb) ?? [];
  return `#${channels.map(channel => Number(channel).toString(16).padStart(2, '0')).join('')}`;
}
