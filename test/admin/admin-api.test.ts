import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AdminEffects } from '../../functions/admin/index.ts';
import { productEndpoints } from '../../functions/admin/description/product-endpoints.ts';
import { findModeByName } from '../../functions/assistant/index.ts';
import type { ModeName } from '../../functions/platform/ids.ts';
import { createApiKey, mintVisitorToken, revokeApiKey } from '../../functions/tenants/index.ts';
import { type AdminWorld, acme, globex, startAdmin } from './admin-world.ts';

let world: AdminWorld;
let effects: AdminEffects;
let keys: Record<'admin' | 'chat' | 'globex', string>;

beforeAll(async () => {
  world = await startAdmin();
  effects = world.effects;
  keys = {
    admin: (await world.key(acme, 'admin')).key,
    chat: (await world.key(acme, 'chat')).key,
    globex: (await world.key(globex, 'admin')).key,
  };
});
afterAll(() => world.stop());

const call = (method: string, path: string, key: string | undefined, body?: unknown) =>
  world.call(method, path, { as: key, body });

const learn = (key: string, body: unknown) => call('POST', '/admin/scrape', key, body);

describe('every admin operation', () => {
  const operations = productEndpoints
    .filter(({ auth }) => auth === 'admin')
    .map(({ method, path, who }) => [method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x'), who] as const);

  test('is known', () => {
    expect(operations.length).toBeGreaterThanOrEqual(7);
    for (const [, path] of operations) expect(path).toMatch(/^\/(?:admin|api\/dashboard)\//);
  });

  test.each(operations)('%s %s needs an admin key', async (method, path, who) => {
    const visitor = await mintVisitorToken(acme, { mode: 'acme-mode' as ModeName }, effects);
    expect((await call(method, path, undefined)).status).toBe(401);
    expect((await call(method, path, `sb_live_${'A'.repeat(43)}`)).status).toBe(401);
    expect((await call(method, path, keys.chat)).status).toBe(403);
    expect((await call(method, path, visitor.token)).status).toBe(403);
    if (who === undefined) {
      expect([401, 403, 500]).not.toContain((await call(method, path, keys.admin)).status);
    }
  });

  test('that there is none of is a 404 to an administrator, and nothing to a stranger', async () => {
    expect((await call('GET', '/admin/nothing', keys.admin)).status).toBe(404);
    expect((await call('GET', '/admin/nothing', undefined)).status).toBe(401);
  });
});

describe('API keys', () => {
  test('are created, shown once, used, listed and revoked', async () => {
    const made = await call('POST', '/admin/keys', keys.admin, { name: 'website', scope: 'admin' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: 'website', scope: 'admin', revoked_at: null, expires_at: null });
    const listed = await call('GET', '/admin/keys', made.body.key);
    expect(listed.body.keys.map((each: { name: string }) => each.name)).toContain('website');
    expect(JSON.stringify(listed.body)).not.toContain(made.body.key);
    const revoked = await call('DELETE', `/admin/keys/${made.body.key_id}`, keys.admin);
    expect(revoked.body.revoked_at).toEqual(expect.any(String));
  });

  test('tell when they were last used', async () => {
    const { key, keyId } = await world.key(acme);
    const seen = async (as: string) => {
      const { body } = await call('GET', '/admin/keys', as);
      return body.keys.find((each: { key_id: string }) => each.key_id === keyId).last_used_at;
    };
    expect(await seen(keys.admin)).toBeNull();
    await seen(key);
    await expect.poll(() => seen(keys.admin)).toBe(new Date(world.clock.now).toISOString());
  });

  test('are rotated, at once or with an overlap; the new one is shown once', async () => {
    const made = await call('POST', '/admin/keys', keys.admin, { name: 'shop', scope: 'admin' });
    const path = `/admin/keys/${made.body.key_id}/rotate`;
    expect((await call('POST', path, keys.globex, {})).status).toBe(404);
    for (const overlap_hours of [-1, 169, 1.5, '1']) {
      expect((await call('POST', path, keys.admin, { overlap_hours })).status).toBe(400);
    }
    const next = await call('POST', path, keys.admin, { overlap_hours: 1 });
    expect(next).toMatchObject({ status: 201, body: { name: 'shop', scope: 'admin', last_used_at: null } });
    const listed = await call('GET', '/admin/keys', next.body.key);
    expect(JSON.stringify(listed.body)).not.toContain(next.body.key);
    const old = listed.body.keys.find((each: { key_id: string }) => each.key_id === made.body.key_id);
    expect(Date.parse(old.expires_at) - Math.floor(world.clock.now / 1000) * 1000).toBe(3_600_000);
    expect((await call('GET', '/admin/keys', made.body.key)).status).toBe(200);
    expect((await call('POST', path, keys.admin, {})).status).toBe(201);
    expect((await call('POST', path, keys.admin, {})).status).toBe(409);
  });

  test('of another workspace are unknown', async () => {
    const { body } = await call('POST', '/admin/keys', keys.globex, { name: 'theirs', scope: 'chat' });
    expect((await call('DELETE', `/admin/keys/${body.key_id}`, keys.admin)).status).toBe(404);
    const mine = await call('GET', '/admin/keys', keys.admin);
    expect(JSON.stringify(mine.body)).not.toContain(body.key_id);
  });

  test('may end by themselves', async () => {
    const { body } = await call('POST', '/admin/keys', keys.admin, {
      name: 'n',
      scope: 'chat',
      expires_in_days: 2,
    });
    expect(Date.parse(body.expires_at) - Date.parse(body.created_at)).toBe(2 * 86_400_000);
  });

  test.each([
    [{}],
    [{ name: 'n' }],
    [{ name: ' ', scope: 'chat' }],
    [{ name: 'n', scope: 'owner' }],
    [{ name: 'x'.repeat(81), scope: 'chat' }],
    [{ name: 'n', scope: 'chat', expires_in_days: 0 }],
  ])('are not created from %j', async body => {
    const refused = await call('POST', '/admin/keys', keys.admin, body);
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  });

  test('that were revoked administer nothing any more', async () => {
    const { key, keyId } = await createApiKey(acme, { name: 'gone', scope: 'admin' }, effects);
    await revokeApiKey(acme, keyId, effects);
    expect((await call('GET', '/admin/keys', key)).status).toBe(401);
  });
});

describe('learning', () => {
  test('is for the workspace’s own mode where none is named, which is created', async () => {
    const first = await learn(keys.admin, { url: 'https://www.example.org/' });
    expect(first).toMatchObject({ status: 202, body: { mode_name: 'acme-mode', mode_created: true } });
    const second = await learn(keys.admin, { url: 'https://www.example.com/' });
    expect(second.body).toMatchObject({ mode_name: 'acme-mode', mode_created: false });
    expect((await findModeByName('acme-mode', effects))?.workspace).toBe(acme);
  });

  test('can not be for a mode of another workspace', async () => {
    await learn(keys.globex, { url: 'https://www.example.org/', mode: 'theirs' });
    const refused = await learn(keys.admin, { url: 'https://www.example.org/', mode: 'theirs' });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
  });

  test('is a job that only its workspace sees', async () => {
    const { body } = await learn(keys.globex, { url: 'https://www.example.org/a/' });
    const path = `/admin/scrape/job/${body.job_id}`;
    expect((await call('GET', path, keys.globex)).body).toMatchObject({ _id: body.job_id, status: 'queued' });
    expect((await call('GET', path, keys.admin)).status).toBe(404);
    expect((await call('DELETE', path, keys.admin)).status).toBe(404);
    expect(JSON.stringify((await call('GET', '/admin/scrape/jobs', keys.admin)).body)).not.toContain(
      body.job_id,
    );
  });

  test('is polled with an ETag', async () => {
    const { body } = await learn(keys.admin, { url: 'https://www.example.org/b/' });
    const path = `/admin/scrape/job/${body.job_id}`;
    const { headers } = await call('GET', path, keys.admin);
    const again = await world.app.request(path, {
      headers: { authorization: `Bearer ${keys.admin}`, 'if-none-match': headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });
});
