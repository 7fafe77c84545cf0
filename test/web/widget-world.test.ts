import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { saysWords } from '../support/openai-fake.ts';
import { accessibilityViolations } from '../support/browser.ts';
import { expectedOffline } from './chat-page.ts';
import { chatWorld, count } from './chat-world.ts';
import { type HostSite, hostPage, startHostSite } from './host-pages.ts';
import { openWidgetPage, widgetOn } from './widget-page.ts';

const here = chatWorld();
let site: HostSite;
let key: string;
const opened: { close: () => Promise<void> }[] = [];

async function admin<T>(method: string, path: string, body: object): Promise<T> {
  const response = await fetch(`${here.world.url}/admin/widget${path}`, {
    method,
    headers: { authorization: `Bearer ${here.world.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

beforeAll(async () => {
  site = await startHostSite();
  ({ key } = await admin<{ key: string }>('POST', '/keys', { name: 'a site' }));
  await admin('PUT', '/domains', { domains: [new URL(site.origin).host] });
});
afterAll(() => site?.stop());
afterEach(async () => {
  await Promise.all(opened.splice(0).map(page => page.close()));
});

const tag = (attributes = `data-api-key="${key}"`) =>
  `<script src="${here.world.url}/widget/v2/widget.js" ${attributes}></script>`;

async function visit(html = hostPage(tag()), headers: Record<string, string> = {}) {
  site.pages.set('/', { html, headers });
  const shown = await openWidgetPage(here.browser, `${site.origin}/`);
  opened.push(shown);
  return shown;
}

describe('the widget of a workspace, on the page of another site', () => {
  it('answers with sources that can be opened, under a strict content policy', async () => {
    const { url } = here.world;
    const { open, host, answered, words, problems } = await visit(hostPage(tag()), {
      'content-security-policy': `default-src 'none'; script-src ${url}; connect-src ${url}; img-src data:; require-trusted-types-for 'script'`,
    });
    await open();
    const prompt = host.getByRole('list', { name: 'Questions to begin with' }).getByRole('button').first();
    const question = await prompt.innerText();
    await prompt.click();
    await answered();
    expect(await host.locator('.message.own').innerText()).toContain(question);
    expect(await words()).toContain('The documents say:');
    await host.locator('summary').click();
    const [first] = await host
      .locator('.sources a')
      .evaluateAll(links => links.map(link => link.getAttribute('href')));
    expect(first).toContain(`${url}/sample/`);
    expect(problems).toEqual([]);
  });

  it('goes on with its answer on the next page, and after an outage, without a lost or repeated word', async () => {
    const { page, open, ask, answered, answer, words, host, problems } = await visit();
    here.model.next(saysWords(count(150), 40));
    await open();
    await ask('Count');
    await answer.getByText('w9 ').waitFor();
    site.pages.set('/next', { html: hostPage(tag()) });
    await page.goto(`${site.origin}/next`);
    await open();
    await answer.getByText('w9 ').waitFor();
    await page.context().setOffline(true);
    await host.getByText('You are offline.').waitFor();
    await page.waitForTimeout(600);
    await page.context().setOffline(false);
    await answered();
    expect(await words()).toBe(count(150));
    expect(here.model.requests).toHaveLength(1);
    expect(problems.filter(text => !expectedOffline.test(text))).toEqual([]);
  });

  it('stops an answer at the server too, where the next question would else wait for its end', async () => {
    const { open, ask, answered, answer, words, host, problems } = await visit();
    // Two minutes of it.
    here.model.next(saysWords(count(3_000), 40));
    here.model.next(saysWords('Here I am.', 1));
    await open();
    await ask('Count');
    await answer.getByText('w9 ').waitFor();
    const unwanted = here.model.requests.at(-1);
    await host.getByRole('button', { name: 'Stop answering' }).click();
    await ask('And now?');
    await answered();
    expect(await words()).toBe('Here I am.');
    expect(await unwanted?.outcome).toBe('aborted');
    expect(problems).toEqual([]);
  });

  it('is not shown with an unknown key, nor on a site that is not allowed', async () => {
    const unknown = await visit(hostPage(tag(`data-api-key="pk_live_${'0'.repeat(64)}"`)));
    await expect.poll(() => unknown.problems.some(text => text.includes('the key was refused'))).toBe(true);
    const elsewhere = await startHostSite();
    elsewhere.pages.set('/', { html: hostPage(tag()) });
    const foreign = await openWidgetPage(here.browser, `${elsewhere.origin}/`);
    opened.push(foreign);
    await expect.poll(() => foreign.problems.some(text => text.includes('the key was refused'))).toBe(true);
    expect(await foreign.page.locator('switchboard-widget').count()).toBe(0);
    await elsewhere.stop();
  });

  it('has a page to be tried on, under the policy of this site’s own pages', async () => {
    const demo = await openWidgetPage(here.browser, `${here.world.url}/widget/demo.html`);
    opened.push(demo);
    expect(await accessibilityViolations(demo.page)).toEqual([]);
    await demo.page.getByLabel('Widget key').fill(key);
    await demo.page.getByLabel('Position').selectOption('bottom-left');
    await demo.page.getByRole('button', { name: 'Show the widget' }).click();
    await demo.launcher.waitFor();
    expect(await demo.page.locator('#snippet').innerText()).toContain('data-position="bottom-left" async');
    expect((await demo.launcher.boundingBox())?.x).toBe(20);
    await demo.page.getByRole('button', { name: /^Ask / }).click();
    const widget = widgetOn(demo.page);
    await widget.answered();
    await demo.page.getByText('chat-opened').waitFor();
    expect([demo.problems, demo.foreignRequests]).toEqual([[], []]);
  });

  it('looks as its workspace says on the page to try it on, where nothing else is chosen there', async () => {
    await admin('PUT', '', { primaryColor: '#aa0011', position: 'bottom-left' });
    const demo = await openWidgetPage(here.browser, `${here.world.url}/widget/demo.html?key=${key}`);
    opened.push(demo);
    await demo.launcher.waitFor();
    expect(await demo.launcher.boundingBox()).toMatchObject({ x: 20 });
    const color = await demo.page.evaluate<string>(
      "getComputedStyle(document.querySelector('switchboard-widget').shadowRoot.querySelector('.launcher')).backgroundColor",
    );
    expect(color).toBe('rgb(170, 0, 17)');
    expect(await demo.page.locator('#snippet').innerText()).not.toMatch(/theme|position/);
  });

  it('is told to be refused on the page to try it on', async () => {
    const demo = await openWidgetPage(
      here.browser,
      `${here.world.url}/widget/demo.html?key=pk_live_${'0'.repeat(64)}`,
    );
    opened.push(demo);
    await demo.page.getByText('The key is refused, so there is no widget').waitFor();
  });
});
