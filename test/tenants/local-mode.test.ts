import { afterAll, beforeAll, expect, test } from 'vitest';
import { enterLocalMode } from '../../functions/platform/http/local-mode.ts';
import { accountsEffects, administrator, authenticate } from '../../functions/tenants/index.ts';
import { startTenancy, type Tenancy } from './tenancy.ts';

let tenancy: Tenancy;
beforeAll(async () => {
  tenancy = await startTenancy();
  enterLocalMode({ openWorkspace: 'demo', secretsFile: '/nowhere', indexDirectory: '/nowhere' });
});
afterAll(() => tenancy.stop());

const enter = (headers: Record<string, string>) => authenticate(new Headers(headers), tenancy.effects);

test('on the laptop a request without credentials acts in the demo workspace', async () => {
  expect(await enter({})).toEqual({ kind: 'open', workspace: 'demo' });
});

test('but never as an administrator', async () => {
  const pool = { COGNITO_POOL_ID: '', COGNITO_CLIENT_ID: '', MAIL_FROM: '' };
  const effects = { ...tenancy.effects, ...accountsEffects(pool, tenancy.effects) };
  await expect(administrator(new Headers(), effects)).rejects.toMatchObject({ code: 'unauthorized' });
});

test.each([
  ['an unknown key', { authorization: `Bearer sb_live_${'A'.repeat(43)}` }],
  ['a forged token', { authorization: 'Bearer a.b.c' }],
  ['an empty credential', { authorization: '' }],
  ['an empty X-API-Key', { 'x-api-key': '' }],
])('%s is refused there too', async (_, headers) => {
  await expect(enter(headers)).rejects.toMatchObject({ code: 'unauthorized' });
});

test.each(['cross-site', 'same-site'])(
  'a page elsewhere (%s) can not act there through a browser',
  async site => {
    await expect(enter({ 'sec-fetch-site': site })).rejects.toMatchObject({ code: 'unauthorized' });
  },
);

test.each(['https://www.example.org', 'http://127.0.0.1:3001', 'https://127.0.0.1', 'null'])(
  'nor one of which the browser says its origin alone (%s)',
  async origin => {
    const headers = { origin, host: '127.0.0.1:3000' };
    await expect(enter(headers)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(await enter({ ...headers, origin: 'http://127.0.0.1:3000' })).toMatchObject({ kind: 'open' });
  },
);

test('the chat page itself can', async () => {
  expect(await enter({ 'sec-fetch-site': 'same-origin' })).toMatchObject({ kind: 'open' });
});
