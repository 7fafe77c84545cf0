import type { Browser, BrowserContextOptions, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { passwordRules as judged } from '../../functions/tenants/accounts/password-reset.ts';
import { longestPassword, passwordRules as told } from '../../web/password/rules.ts';
import { accessibilityViolations, launchBrowser, openPage } from '../support/browser.ts';
import { startWorld, type World } from '../support/world.ts';
import { expectedOffline, onPhone } from './chat-page.ts';

let world: World;
let browser: Browser;
beforeAll(async () => {
  world = await startWorld({ skipSampleSite: true, pages: true });
  browser = await launchBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

/** The page, with every address that it asked a server for and what it said of where it came from. */
async function openPassword(link: string, options: BrowserContextOptions = {}) {
  const open = await openPage(browser, `${world.url}/favicon.svg`, options);
  const asked: string[] = [];
  open.page.on('request', request => asked.push(`${request.url()} ${request.headers()['referer'] ?? ''}`));
  await open.page.goto(link);
  const heading = (name: string) => open.page.getByRole('heading', { level: 1, name }).waitFor();
  return { ...open, asked, heading };
}

const post = (path: string, body: object) =>
  fetch(`${world.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
const signIn = async (password: string) =>
  (await post('/admin/login', { username: world.admin.username, password })).status;

/** The link of the newest mail to the super admin. */
async function mailedLink(): Promise<string> {
  const store = (await (await fetch(`${world.inbox}/store`)).json()) as {
    emails: { destination: { to: string[] }; body: { text: string } }[];
  };
  const mail = store.emails.findLast(({ destination }) => destination.to.includes(world.admin.username));
  return /\S+#token=\S+/.exec(mail?.body.text ?? '')?.[0] ?? '';
}
const tokenOf = (link: string): string => new URLSearchParams(new URL(link).hash.slice(1)).get('token') ?? '';

async function fill(page: Page, password: string, again = password): Promise<void> {
  await page.getByLabel('New password').fill(password);
  await page.getByLabel('The same password again').fill(again);
  await page.getByRole('button', { name: 'Set the password' }).click();
}

const refused = /Failed to load resource: .* (?:400|429|500)/;
const madeUp = () => `${world.url}/password#token=${'x'.repeat(43)}&for=ada%40example.org`;

describe('the page for passwords', () => {
  it('leads from a forgotten password, by the mail, to a sign-in with the new one; its link works once', async () => {
    const forgotten = await openPassword(`${world.url}/password`);
    await forgotten.heading('Forgotten password');
    expect(await accessibilityViolations(forgotten.page)).toEqual([]);
    await forgotten.page.getByLabel('Your mail address').fill(world.admin.username);
    await forgotten.page.getByRole('button', { name: 'Mail me a link' }).click();
    await forgotten.heading('Check your mail');
    expect(await accessibilityViolations(forgotten.page)).toEqual([]);
    expect(forgotten.problems).toEqual([]);
    await forgotten.close();

    const link = await mailedLink();
    const { page, problems, foreignRequests, asked, heading, close } = await openPassword(link);
    await heading('Choose a password');
    expect(page.url()).toBe(`${world.url}/password`);
    expect(await page.getByLabel('Your mail address').inputValue()).toBe(world.admin.username);
    expect(await accessibilityViolations(page)).toEqual([]);
    const password = 'Tern-Harbour-2026';
    // What the page lets through and the server refuses leaves the link as it is.
    const weakened = (route: Route) =>
      route.continue({ postData: JSON.stringify({ token: tokenOf(link), new_password: 'tern' }) });
    await page.route('**/admin/reset/token', weakened);
    await fill(page, password);
    await page.getByRole('alert').getByText('A password needs 12 characters or more').waitFor();
    await page.unroute('**/admin/reset/token');
    await fill(page, password);
    await heading('Your password is set');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Your password is set');
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('link', { name: 'How to sign in' }).click();
    await page.locator('#signIn').getByRole('heading', { name: 'Sign a person in' }).waitFor();
    expect(asked[0]).toBe(`${world.url}/password `);
    expect(asked.filter(request => request.includes(tokenOf(link)))).toEqual([]);
    expect(problems.filter(problem => !refused.test(problem))).toEqual([]);
    expect(foreignRequests).toEqual([]);
    await close();
    expect([await signIn(world.admin.password), await signIn(password)]).toEqual([401, 200]);

    const used = await openPassword(link);
    await fill(used.page, 'Tern-Harbour-2027');
    await used.heading('This link does not work');
    await used.page.getByText('The link was used already').waitFor();
    expect(await accessibilityViolations(used.page)).toEqual([]);
    await used.page.getByRole('button', { name: 'Mail me a link' }).click();
    await used.heading('Check your mail');
    expect(await mailedLink()).not.toBe(link);
    expect(used.problems.filter(problem => !refused.test(problem))).toEqual([]);
    await used.close();
    expect(await signIn(password)).toBe(200);
    // Each function that it calls starts with the call.
  }, 90_000);

  it('refuses a weak password and a slip of the finger before anything is sent, and says at which field', async () => {
    const { page, problems, asked, heading, close } = await openPassword(madeUp());
    await heading('Choose a password');
    const sent = () => asked.filter(request => request.includes('/admin/'));
    await fill(page, 'tern-harbour');
    await page.getByRole('alert').getByText('The password needs an upper-case letter, a digit.').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('password');
    expect(await page.getByLabel('New password').getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('.rules .met').count()).toBe(4);
    expect(await accessibilityViolations(page)).toEqual([]);
    await fill(page, 'Tern-Harbour-2026', 'Tern-Harbour-2062');
    await page.getByRole('alert').getByText('The two passwords are not the same.').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('again');
    expect([sent(), problems]).toEqual([[], []]);
    await close();
  });

  it('shows addresses and passwords in the direction of their letters', async () => {
    const directionIn = (page: Page, selector: string) =>
      page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).direction`);
    const chosen = await openPassword(madeUp());
    await chosen.page.getByLabel('New password').fill('كلمة');
    expect(await directionIn(chosen.page, '#password')).toBe('rtl');
    expect(await directionIn(chosen.page, '#address')).toBe('ltr');
    await chosen.close();

    const { page, heading, close } = await openPassword(`${world.url}/password`);
    await page.route('**/admin/reset/initiate', route => route.fulfill({ json: { status: 'success' } }));
    await page.getByLabel('Your mail address').fill('بريد@example.org');
    expect(await directionIn(page, '#address')).toBe('rtl');
    await page.getByRole('button', { name: 'Mail me a link' }).click();
    await heading('Check your mail');
    expect(await directionIn(page, 'main b')).toBe('rtl');
    expect(await directionIn(page, 'main p')).toBe('ltr');
    await close();
  });

  it('says the rules that the server judges by', async () => {
    expect(told).toEqual(judged);
    expect('x'.repeat(longestPassword)).toMatch(judged[0]?.[0] ?? /^$/);
    expect('x'.repeat(longestPassword + 1)).not.toMatch(judged[0]?.[0] ?? /^/);
  });

  it('is for password managers and the keyboard, and shows what is typed on demand', async () => {
    const { page, heading, close } = await openPassword(madeUp());
    await heading('Choose a password');
    const fields = page.locator('input');
    expect(
      await fields.evaluateAll(all =>
        all.map(one => [one.getAttribute('autocomplete'), one.getAttribute('type')]),
      ),
    ).toEqual([
      ['username', 'email'],
      ['new-password', 'password'],
      ['new-password', 'password'],
    ]);
    await page.getByLabel('New password').fill('Tern');
    const show = page.getByRole('button', { name: 'Show the passwords' });
    await show.press('Space');
    expect(await show.getAttribute('aria-pressed')).toBe('true');
    expect(await page.getByLabel('New password').getAttribute('type')).toBe('text');
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByLabel('New password').press('Enter');
    await page.getByRole('alert').getByText('The password needs 12 characters or more').waitFor();
    await close();
  });

  it('takes up a second link that is opened in its tab', async () => {
    const { page, heading, close } = await openPassword(`${world.url}/password`);
    await heading('Forgotten password');
    await page.evaluate(`location.assign(${JSON.stringify(madeUp())})`);
    await heading('Choose a password');
    expect(page.url()).toBe(`${world.url}/password`);
    await close();
  });

  it('says when to come back after too many tries, and that it had no answer', async () => {
    const { page, problems, heading, close } = await openPassword(madeUp());
    await heading('Choose a password');
    await page.route('**/admin/reset/token', route =>
      route.fulfill({ status: 429, headers: { 'retry-after': '700' }, body: '{}' }),
    );
    await fill(page, 'Tern-Harbour-2026');
    await page
      .getByRole('alert')
      .getByText(/^Too many tries.* Try again at .*, in 12 minutes\.$/)
      .waitFor();
    await page.unroute('**/admin/reset/token');
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByRole('alert').getByText('No answer came').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Set the password' }).click();
    await heading('This link does not work');
    expect(problems.filter(problem => !refused.test(problem) && !expectedOffline.test(problem))).toEqual([]);
    await close();
  });

  it.each(['light', 'dark'] as const)('fits a phone, and is legible when it is %s', async colorScheme => {
    const { page, heading, close } = await openPassword(madeUp(), { ...onPhone, colorScheme });
    await heading('Choose a password');
    await fill(page, 'Tern');
    await page.getByRole('alert').getByText('The password needs').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(await accessibilityViolations(page)).toEqual([]);
    await close();
  });

  it('stands at its own address under the policy of the other pages', async () => {
    const [page, docs] = await Promise.all(
      ['/password', '/docs'].map(path => fetch(`${world.url}${path}`, { redirect: 'error' })),
    );
    expect(await page?.text()).toContain('<title>Password · Switchboard</title>');
    for (const name of ['content-security-policy', 'referrer-policy', 'cache-control', 'x-frame-options'])
      expect([name, page?.headers.get(name)]).toEqual([name, docs?.headers.get(name)]);
    expect(page?.headers.get('referrer-policy')).toBe('no-referrer');
  });
});
