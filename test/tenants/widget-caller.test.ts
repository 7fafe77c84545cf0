import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import { authenticateWidgetKey, createWidgetKey, createWorkspace } from '../../functions/tenants/index.ts';
import { updateWorkspace } from '../../functions/tenants/workspaces/store.ts';
import { updateWidget } from '../../functions/tenants/widgets/store.ts';
import { startTenancy, type Tenancy } from './tenancy.ts';

const acme = 'acme' as WorkspaceId;
let tenancy: Tenancy;
let key: string;
beforeAll(async () => {
  tenancy = await startTenancy();
  await createWorkspace({ id: acme, name: 'Acme', defaultMode: 'default' as ModeName }, tenancy.effects);
  ({ key } = await createWidgetKey(acme, { name: 'site' }, tenancy.effects));
});
afterAll(() => tenancy.stop());
beforeEach(async () => {
  await updateWorkspace(acme, { status: 'active', site: 'https://www.acme.example' }, tenancy.effects);
  await updateWidget(acme, { allowedDomains: undefined }, tenancy.effects);
});

const enter = (headers: Record<string, string>) =>
  authenticateWidgetKey(new Headers(headers), tenancy.effects);
const from = (origin: string) => enter({ 'x-api-key': key, origin });
const allow = (...allowedDomains: string[]) => updateWidget(acme, { allowedDomains }, tenancy.effects);

describe('a widget key is checked', () => {
  test.each<[string, Record<string, string>, string]>([
    ['is missing', {}, 'unauthorized'],
    ['is empty', { 'x-api-key': '' }, 'unauthorized'],
    ['has another prefix', { 'x-api-key': `sb_live_${'A'.repeat(43)}` }, 'unauthorized'],
    ['is too short', { 'x-api-key': 'pk_live_test' }, 'unauthorized'],
    ['is unknown', { 'x-api-key': `pk_live_${'0'.repeat(64)}` }, 'unauthorized'],
  ])('and refused when it %s', async (_, headers, code) => {
    await expect(enter({ origin: 'https://www.acme.example', ...headers })).rejects.toMatchObject({ code });
  });

  test.each(['paused', 'disabled'])('and refused with its status while the workspace is %s', async status => {
    await updateWorkspace(acme, { status }, tenancy.effects);
    await expect(from('https://www.acme.example')).rejects.toMatchObject({
      code: 'forbidden',
      details: { status },
    });
  });

  test('and opens the workspace, in its mode, for that origin', async () => {
    expect(await from('https://www.acme.example')).toMatchObject({
      workspace: { id: acme, tier: 'free' },
      mode: 'default',
      widget: { widgetName: 'Support' },
      origin: 'https://www.acme.example',
    });
  });
});

describe('with no allowed domains', () => {
  test.each([
    ['https://evil.example'],
    ['https://acme.example'],
    ['https://sub.www.acme.example'],
    ['https://www.acme.example.evil.example'],
    ['https://www.acme.example:8443'],
    ['null'],
  ])('a page of %s is refused: the own site alone may', async origin => {
    await expect(from(origin)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('nobody may where the workspace has no site', async () => {
    await updateWorkspace(acme, { site: undefined }, tenancy.effects);
    await expect(from('https://www.acme.example')).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('an allowed domain', () => {
  test.each<[string, string, boolean]>([
    ['shop.example', 'https://shop.example', true],
    ['shop.example', 'http://shop.example', true],
    ['shop.example', 'https://SHOP.example', true],
    ['shop.example', 'https://shop.example:8443', true],
    ['shop.example', 'https://www.shop.example', false],
    ['shop.example', 'https://evilshop.example', false],
    ['shop.example', 'https://shop.example.evil.example', false],
    ['shop.example', 'https://evil.example/shop.example', false],
    ['shop.example', 'https://shop.example@evil.example', false],
    ['shop.example:8443', 'https://shop.example:8443', true],
    ['shop.example:8443', 'https://shop.example', false],
    ['shop.example:443', 'https://shop.example', true],
    ['shop.example:443', 'https://shop.example:8443', false],
    ['shop.example:443', 'http://shop.example', false],
    ['shop.example:80', 'http://shop.example', true],
    ['[::1]:3000', 'http://[::1]:3000', true],
    ['[::1]', 'http://[::1]:3000', true],
    ['shop.example', 'https://shop.example.', false],
    ['*.shop.example', 'https://www.shop.example.', false],
    ['*.shop.example', 'https://www.shop.example.evil.example', false],
    ['*.shop.example', 'https://www.shop.example:8443', true],
    ['*.shop.example:8443', 'https://www.shop.example', false],
    ['*.xn--sklep-x4a.example', 'https://www.xn--sklep-x4a.example', true],
    ['xn--sklep-x4a.example', 'https://sklep.example', false],
    ['*.shop.example', 'https://WWW.SHOP.EXAMPLE', true],
    ['*.shop.example', 'https://www.shop.example, https://evil.example', false],
    ['*.shop.example', 'https://www.shop.example', true],
    ['*.shop.example', 'https://a.b.shop.example', true],
    ['*.shop.example', 'https://shop.example', false],
    ['*.shop.example', 'https://evilshop.example', false],
    ['*.shop.example', 'https://.shop.example', false],
    ['shop.example', 'file:///shop.example', false],
    ['shop.example', 'chrome-extension://shop.example', false],
    ['shop.example', 'null', false],
    ['shop.example', '', false],
  ])('%s: a page of %s: %s', async (domain, origin, allowed) => {
    await allow(domain);
    if (allowed) expect((await from(origin)).origin).toBe(origin);
    else await expect(from(origin)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('replaces the own site', async () => {
    await allow('shop.example');
    await expect(from('https://www.acme.example')).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('a request that names no origin', () => {
  test('is judged by its page, and refused when it names none', async () => {
    const page = { 'x-api-key': key, referer: 'https://www.acme.example/prices?x=1' };
    expect((await enter(page)).origin).toBe('https://www.acme.example');
    await expect(enter({ ...page, referer: 'https://evil.example/www.acme.example' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(enter({ 'x-api-key': key })).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('may be of a page of this deployment, as only the browser can say', async () => {
    expect(await enter({ 'x-api-key': key, 'sec-fetch-site': 'same-origin' })).not.toHaveProperty('origin');
    await expect(enter({ 'x-api-key': key, 'sec-fetch-site': 'cross-site' })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});
