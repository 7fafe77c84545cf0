import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Clock } from '../../platform/clock.ts';
import { within } from '../../platform/within.ts';
import { packagePath } from './binary.ts';
import { PageStuck, type PageWorld } from './page-world.ts';

/** In milliseconds: until a banner is known, and until it is gone. */
const knownMs = 1_200;
const goneMs = 4_000;
const everyMs = 100;

/** Whether anything on the page may be about consent. Most pages have nothing, and are not asked further. */
const mayAsk = `[...document.querySelectorAll('[id],[class],iframe[src],script[src]')].some(element =>
  /cookie|consent|gdpr|onetrust|didomi|usercentrics|privacy-?(?:center|manager|banner)/i.test(
    element.id + ' ' + element.getAttribute('class') + ' ' + element.getAttribute('src')))`;

let script: Promise<string> | undefined;

/**
 * Rejects what the page asks consent for, so that the banner is not taken for content: by DuckDuckGo's rules
 * (`@duckduckgo/autoconsent`, MPL-2.0, unmodified). True where a banner was found. What does not work out is left: the
 * page is read with its banner.
 */
export async function rejectConsent(
  page: Page,
  world: PageWorld,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  if (!(await world.evaluate<boolean>(mayAsk, goneMs))) return false;
  script ??= readFile(
    join(dirname(packagePath('@duckduckgo/autoconsent')), 'autoconsent.standalone.js'),
    'utf8',
  );
  const source = await script;
  const messages = async (): Promise<readonly string[]> =>
    page.evaluate(`(window.autoconsentStandalone?.messages ?? []).map(({ type }) => type)`);
  const ask = async (ends: AbortSignal): Promise<boolean> => {
    // Its rules ask the page's own scripts, so it runs beside them.
    await page.evaluate(source);
    const started = clock.now();
    for (;;) {
      await clock.sleep(everyMs, ends);
      const heard = await messages();
      if (heard.includes('autoconsentDone')) return true;
      const isKnown = heard.includes('cmpDetected');
      if (clock.now() - started > (isKnown ? goneMs : knownMs)) return isKnown;
    }
  };
  const late = () => new PageStuck('the page does not answer');
  return within(goneMs + 2_000, ask, late, clock, signal).catch(() => {
    signal.throwIfAborted();
    return false;
  });
}
