import { describe, expect, it } from 'vitest';
import { positions } from '../../web/widget/options.ts';
import { accessibilityViolations } from '../support/browser.ts';
import { onPhone } from './chat-page.ts';
import { count } from './chat-world.ts';
import { hostPage } from './host-pages.ts';
import { key, widgetStage } from './widget-stage.ts';

const here = widgetStage();
const slowly = (words: number) => ({ chunks: count(words).match(/\s*\S+/g) ?? [], apartMs: 30 });
const visit = async (...given: Parameters<typeof here.visit>) => {
  const shown = await here.visit(...given);
  return { ...shown, news: shown.host.getByText('New message', { exact: true }) };
};

describe('an answer that comes while the widget is closed', () => {
  it('is announced at the button, until the widget is opened', async () => {
    here.server.answer = () => slowly(30);
    const { page, open, ask, answer, words, launcher, news, problems } = await visit();
    await open();
    await ask('Count');
    await answer.getByText('w3 ').waitFor();
    await launcher.click();
    expect([await news.count(), await launcher.getAttribute('aria-label')]).toEqual([
      0,
      'Open chat: Support',
    ]);
    await news.waitFor();
    expect(await news.getAttribute('role')).toBe('status');
    expect(await launcher.getAttribute('aria-label')).toBe('Open chat: Support. New message');
    expect(await accessibilityViolations(page)).toEqual([]);
    // The dot lies on the button, and is no obstacle to its being pressed.
    const dot = await news.boundingBox();
    await page.mouse.click((dot?.x ?? 0) + 9, (dot?.y ?? 0) + 9);
    expect(await news.count()).toBe(0);
    expect(await launcher.getAttribute('aria-label')).toBe('Close chat: Support');
    expect(await words()).toBe(count(30));
    await launcher.click();
    expect(await news.count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('on the next page, which goes on with it, is announced there and on those after it', async () => {
    here.server.answer = () => slowly(40);
    const { page, open, ask, answer, words, launcher, news } = await visit();
    await open();
    await ask('Count');
    await answer.getByText('w3 ').waitFor();
    here.site.pages.set('/other', { html: hostPage(here.tag()) });
    await page.goto(`${here.site.origin}/other`);
    await news.waitFor();
    await page.goto(`${here.site.origin}/`);
    await news.waitFor();
    await open();
    expect(await words()).toBe(count(40));
    await page.reload();
    await launcher.waitFor();
    expect(await news.count()).toBe(0);
  });

  it('and fails is announced like any other', async () => {
    here.server.answer = () => ({
      chunks: ['Half of'],
      apartMs: 500,
      error: { code: 'STREAM_ERROR', message: 'Sorry, the answer failed.' },
    });
    const { open, ask, launcher, news, host } = await visit();
    await open();
    await ask('Why?');
    await launcher.click();
    await news.waitFor();
    await launcher.click();
    await host.getByText('Sorry, the answer failed.').first().waitFor();
  });
});

describe('an answer that was seen', () => {
  it.each(['comes whole', 'is stopped', 'is cleared'])(
    'since it %s in the open widget is no news',
    async how => {
      here.server.answer = () => (how === 'comes whole' ? { chunks: ['Yes'] } : slowly(400));
      const { page, host, open, ask, answered, answer, launcher, news } = await visit();
      await open();
      await ask('Count');
      if (how === 'comes whole') await answered();
      else await answer.getByText('w3 ').waitFor();
      if (how === 'is stopped') await host.getByRole('button', { name: 'Stop answering' }).click();
      if (how === 'is cleared') await host.getByRole('button', { name: 'Clear conversation' }).click();
      await launcher.click();
      expect(await news.count()).toBe(0);
      await page.reload();
      await launcher.waitFor();
      expect(await news.count()).toBe(0);
    },
  );
});

describe('the mark of a new message', () => {
  it.each(positions)(
    'is at the upper right of the button, which is at the %s, of a desk or a phone',
    async position => {
      here.server.settings = { position };
      const unread = `<script>localStorage.setItem('cc_unread.${key}', '1')</script>`;
      for (const options of [{}, onPhone]) {
        const { launcher, news } = await visit({ html: hostPage(here.tag(), unread) }, options);
        await news.waitFor();
        const [button, dot] = [await launcher.boundingBox(), await news.boundingBox()];
        expect(dot).toEqual({ x: (button?.x ?? 0) + 38, y: button?.y, width: 18, height: 18 });
      }
    },
  );
});
