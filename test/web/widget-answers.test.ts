import { describe, expect, it } from 'vitest';
import { accessibilityViolations } from '../support/browser.ts';
import { expectedOffline } from './chat-page.ts';
import { count } from './chat-world.ts';
import { hostPage } from './host-pages.ts';
import { json } from './widget-server.ts';
import { key, widgetStage } from './widget-stage.ts';

const here = widgetStage();
const counted = (words: number, apartMs: number) => ({
  chunks: count(words).match(/\s*\S+/g) ?? [],
  apartMs,
});

describe('an answer', () => {
  it('goes on after the page was left in its middle', async () => {
    here.server.answer = () => counted(100, 25);
    const { page, open, ask, answered, answer, words, problems } = await here.visit();
    await open();
    await ask('Count');
    await answer.getByText('w9 ').waitFor();
    here.site.pages.set('/other', { html: hostPage(here.tag()) });
    await page.goto(`${here.site.origin}/other`);
    await open();
    await answered();
    expect(await words()).toBe(count(100));
    expect(here.server.calls.filter(({ call }) => call.startsWith('POST'))).toHaveLength(1);
    await page.reload();
    await open();
    expect(await words()).toBe(count(100));
    expect(problems).toEqual([]);
  });

  it('goes on after the network was away, without a lost or repeated word', async () => {
    here.server.answer = () => counted(120, 30);
    const { page, open, ask, answered, answer, words, host, problems } = await here.visit();
    await open();
    await ask('Count');
    await answer.getByText('w9 ').waitFor();
    await page.context().setOffline(true);
    await host.getByText('You are offline.').waitFor();
    await page.waitForTimeout(700);
    await page.context().setOffline(false);
    await answered();
    expect(await words()).toBe(count(120));
    const resumed = here.server.calls.filter(({ call }) => call.startsWith('GET /api/widget/chat/'));
    expect(resumed.every(({ headers }) => Number(headers['last-event-id']) > 5)).toBe(true);
    expect(problems.filter(text => !expectedOffline.test(text))).toEqual([]);
  });

  it.each([
    [
      'this hour’s 100 questions are used up',
      'This hour’s 100 questions are used up. Try again in 10 minutes.',
    ],
    [
      'All are used up: ask again in 10 minutes, at 19:00 UTC',
      'All are used up: ask again in 10 minutes, at 19:00 UTC',
    ],
  ])(
    'that was not asked for, since "%s", says when to come back; and is asked for again then',
    async (message, shown) => {
      here.server.intercept = ({ call }, response) => {
        if (!call.endsWith('/stream')) return false;
        json(response, 429, { error: { code: 'rate_limited', message } }, { 'retry-after': '600' });
        return true;
      };
      const { page, open, ask, answered, words, host, problems } = await here.visit();
      await open();
      await ask('One more?');
      await host.getByText(shown, { exact: true }).first().waitFor();
      expect(await accessibilityViolations(page)).toEqual([]);
      here.server.intercept = undefined;
      await host.getByRole('button', { name: 'Try again' }).click();
      await answered();
      expect(await words()).toBe('You said: One more?');
      expect(await host.locator('.message.own').count()).toBe(1);
      expect(problems.every(text => text.includes('429'))).toBe(true);
    },
  );

  it('that failed on the way is replaced by an apology, whatever was shown of it', async () => {
    here.server.answer = () => ({
      chunks: ['Half of'],
      apartMs: 80,
      error: { code: 'STREAM_ERROR', message: 'Sorry, the answer failed.' },
    });
    const { open, ask, host } = await here.visit();
    await open();
    await ask('Why?');
    await host.locator('.failed').getByText('Sorry, the answer failed.').waitFor();
    expect(await host.getByText('Half of').count()).toBe(0);
  });

  it('runs nothing, loads nothing and links to the web alone, whatever a model writes', async () => {
    here.server.answer = () => ({
      chunks: [
        '<img src=x onerror=alert(1)> ![spy](https://evil.example/p.png) [go](javascript:alert(1)) <script>alert(1)</script> [1]',
      ],
      sources: [{ n: 1, title: '<b>Title</b>', url: 'javascript:alert(1)' }],
    });
    const { page, open, ask, answered, frame, problems } = await here.visit();
    const dialogs: string[] = [];
    page.on('dialog', dialog => void dialogs.push(dialog.message()));
    const asked: string[] = [];
    page.on('request', request => asked.push(new URL(request.url()).hostname));
    await open();
    await ask('Attack');
    await answered();
    expect(await frame.locator('img, script, iframe').count()).toBe(0);
    expect(await frame.locator('a[href^="javascript"]').count()).toBe(0);
    expect([dialogs, problems]).toEqual([[], []]);
    expect(new Set(asked)).toEqual(new Set(['127.0.0.1']));
  });

  it('that is long scrolls inside the widget, which stays as wide as it is', async () => {
    const wide = `| ${Array.from({ length: 12 }, (_, i) => `column-${i}`).join(' | ')} |\n|${'---|'.repeat(12)}\n| ${'cell | '.repeat(12)}\n\n`;
    here.server.answer = () => ({ chunks: [wide, `${'verylongword'.repeat(40)}\n\n`, count(1500)] });
    const { open, ask, answered, host, frame } = await here.visit();
    await open();
    await ask('Everything, please');
    await answered();
    const scroll = host.locator('.scroll');
    const { clientWidth, scrollWidth, atEnd } = await scroll.evaluate(box => ({
      clientWidth: box.clientWidth,
      scrollWidth: box.scrollWidth,
      atEnd: box.scrollHeight - box.clientHeight - box.scrollTop < 4,
    }));
    expect([scrollWidth, atEnd]).toEqual([clientWidth, true]);
    expect(await frame.boundingBox()).toMatchObject({ width: 380, height: 520 });
    await host.getByRole('button', { name: 'Larger' }).click();
    expect(await frame.boundingBox()).toMatchObject({ width: 680, height: 700 });
  });

  it('comes at once on a page that wants no stream', async () => {
    const html = hostPage(
      `<script>window.ChatConnectConfig = { apiKey: "${key}", baseUrl: "${here.server.origin}/api/widget", streaming: false }</script>${here.tag('')}`,
    );
    const { open, ask, answered, words } = await here.visit({ html });
    await open();
    await ask('Whole?');
    await answered();
    expect(await words()).toBe('You said: Whole?');
    expect(here.server.calls.map(({ call }) => call)).toEqual([
      'GET /api/widget/config',
      'POST /api/widget/chat',
    ]);
    expect(here.server.calls[1]?.body['metadata']).toMatchObject({ pageUrl: `${here.site.origin}/` });
  });
});

describe('a key', () => {
  const record = `<script>window.told = []; addEventListener('message', ({ data }) => told.push(data))</script>`;

  it.each([
    [
      'that the page may read',
      true,
      'the key was refused: the widget may not stand on this site. Use a key of',
    ],
    [
      'that it may not read',
      false,
      'the key was refused: the server does not let this page read why. Use a key',
    ],
  ])(
    'that is refused by a reply %s shows nothing to visitors, and says in the console what to do',
    async (_, readable, words) => {
      here.server.intercept = ({ call }, response) => {
        if (!readable) response.removeHeader('access-control-allow-origin');
        if (call.endsWith('/health')) json(response, 200, { status: 'ok' });
        else
          json(response, 403, {
            error: { code: 'FORBIDDEN', message: 'the widget may not stand on this site' },
          });
        return true;
      };
      const { page, problems } = await here.visit({ html: hostPage(here.tag(), record) });
      await expect.poll(() => problems.some(text => text.includes(words))).toBe(true);
      expect(problems.find(text => text.includes(words))).toContain(
        `allow ${new URL(here.site.origin).host} by ${here.server.origin}/admin/widget/domains`,
      );
      expect(await page.locator('switchboard-widget').count()).toBe(0);
      expect(await page.evaluate('told')).toMatchObject([{ type: 'SIZE', hidden: true, reason: 'refused' }]);
    },
  );

  it('that is refused since the page before takes the widget away again', async () => {
    const { page, launcher } = await here.visit();
    await launcher.waitFor();
    here.server.intercept = (_, response) => {
      json(response, 401, { error: { code: 'INVALID_API_KEY', message: 'the key was replaced' } });
      return true;
    };
    await page.reload();
    await launcher.waitFor({ state: 'detached' });
  });

  it('that nobody judges is no reason to wait: the widget has its usual look', async () => {
    here.server.intercept = ({ call }, response) => {
      if (call.endsWith('/config')) response.writeHead(503).end();
      return call.endsWith('/config');
    };
    const { open, host } = await here.visit();
    await open();
    await host.getByText('Hi! How can I help?').waitFor();
  });

  it('that answers by another mode than the tag says is told in the console', async () => {
    here.server.settings = { mode: 'harbour' };
    const { page } = await here.visit();
    const warned = page.waitForEvent('console', message => message.type() === 'warning');
    here.site.pages.set('/', { html: hostPage(here.tag(`data-mode="library" data-api-key="${key}"`)) });
    await page.reload();
    expect((await warned).text()).toContain('data-mode says "library", but this key answers by "harbour"');
  });

  it('that answers by the mode of the tag is asked by it, and nothing is warned of', async () => {
    here.server.settings = { mode: 'library' };
    const { page, open, ask, answered } = await here.visit({
      html: hostPage(here.tag(`data-mode="library" data-api-key="${key}"`)),
    });
    const warnings: string[] = [];
    page.on('console', message => void (message.type() === 'warning' && warnings.push(message.text())));
    await page.reload();
    await open();
    await ask('Where are the books?');
    await answered();
    const asked = here.server.calls.findLast(({ call }) => call === 'POST /api/widget/chat/stream');
    expect(asked?.body['mode']).toBe('library');
    expect(here.server.calls.map(({ query }) => query)).toContain('?mode=library');
    expect(warnings).toEqual([]);
  });

  it('that is missing is missed at once', async () => {
    const { page, problems } = await here.visit({ html: hostPage(here.tag('')) });
    expect(problems.some(text => text.includes('it needs a key'))).toBe(true);
    expect(await page.locator('switchboard-widget').count()).toBe(0);
  });
});
