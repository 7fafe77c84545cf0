import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyId, ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import type { Table } from '../../functions/platform/aws/table.ts';
import {
  authenticate,
  createApiKey,
  createWorkspace,
  getWorkspace,
  listApiKeys,
  revokeApiKey,
} from '../../functions/tenants/index.ts';
import { readKeyUses } from '../../functions/tenants/keys/key-use-store.ts';
import { rotateApiKey } from '../../functions/tenants/keys/keys.ts';
import { recordWrites } from '../support/record-writes.ts';
import { startTenancy, type Tenancy } from './tenancy.ts';

const acme = 'acme' as WorkspaceId;
const globex = 'globex' as WorkspaceId;

let tenancy: Tenancy;
beforeAll(async () => {
  tenancy = await startTenancy();
});
afterAll(() => tenancy.stop());

const create = (scope: 'admin' | 'chat', workspace = acme) =>
  createApiKey(workspace, { name: 'a key', scope }, tenancy.effects);
const enter = (headers: Record<string, string>, effects = tenancy.effects) =>
  authenticate(new Headers(headers), effects);
const idsIn = async (workspace: WorkspaceId) =>
  (await listApiKeys(workspace, tenancy.effects)).map(each => each.keyId);
const bearer = (text: string) => ({ authorization: `Bearer ${text}` });

describe('an API key', () => {
  test('opens its workspace with its scope, as a bearer or as X-API-Key', async () => {
    const { key, keyId } = await create('chat');
    const principal = { kind: 'key', workspace: acme, keyId, scope: 'chat' };
    expect(await enter(bearer(key))).toEqual(principal);
    expect(await enter({ authorization: `bearer  ${key}` })).toEqual(principal);
    expect(await enter({ 'x-api-key': key })).toEqual(principal);
  });

  test('opens no other workspace, and is not listed in one', async () => {
    const { key, keyId } = await create('admin', globex);
    expect(await enter(bearer(key))).toMatchObject({ workspace: globex });
    expect(await idsIn(globex)).toContain(keyId);
    expect(await idsIn(acme)).not.toContain(keyId);
  });

  test('is 32 random bytes with a prefix that scanners find', async () => {
    const [one, two] = [await create('chat'), await create('chat')];
    expect(one.key).toMatch(/^sb_live_[\w-]{43}$/);
    expect(one.key).not.toBe(two.key);
  });

  test('is nowhere in the table', async () => {
    const written: string[] = [];
    const recording = recordWrites(tenancy.table, written);
    const { key } = await createApiKey(
      acme,
      { name: 'n', scope: 'chat' },
      { ...tenancy.effects, tenants: recording },
    );
    expect(written.length).toBeGreaterThan(1);
    expect(written.join()).not.toContain(key);
    expect(written.join()).not.toContain(key.slice('sb_live_'.length));
  });

  test.each([
    ['unknown', `sb_live_${'A'.repeat(43)}`],
    ['short', 'sb_live_abc'],
    ['long', `sb_live_${'A'.repeat(44)}`],
    ['of another kind', 'sb_test_x'],
    ['empty', ''],
  ])('that is %s is refused', async (_, key) => {
    await expect(enter(bearer(key))).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(enter({ 'x-api-key': key })).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('is refused with a character changed', async () => {
    const { key } = await create('chat');
    const changed = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A');
    await expect(enter(bearer(changed))).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('is not echoed by the refusal', async () => {
    const key = `sb_live_${'Z'.repeat(43)}`;
    const error: unknown = await enter(bearer(key)).catch((thrown: unknown) => thrown);
    expect(String(error)).not.toContain('ZZZ');
  });

  test('stops at its expiry, to the second, however warm the function', async () => {
    const { key } = await createApiKey(acme, { name: 'n', scope: 'chat', expiresInDays: 1 }, tenancy.effects);
    tenancy.world.now += 86_400_000 - 1_000;
    await enter(bearer(key));
    tenancy.world.now += 999;
    await enter(bearer(key));
    tenancy.world.now += 1;
    await expect(enter(bearer(key))).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('that is revoked stops at once where it was not in use, and within 30 s where it was', async () => {
    const { key, keyId } = await create('chat');
    await enter(bearer(key));
    await revokeApiKey(acme, keyId, tenancy.effects);
    const cold = { ...tenancy.effects, tenants: { ...tenancy.table } };
    await expect(enter(bearer(key), cold)).rejects.toMatchObject({ code: 'unauthorized' });
    tenancy.world.now += 30_000;
    await expect(enter(bearer(key))).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('needs no read while a function is warm', async () => {
    const { key } = await create('chat');
    let reads = 0;
    const counted: Table = {
      ...tenancy.table,
      get(wanted) {
        reads += 1;
        return tenancy.table.get(wanted);
      },
    };
    const effects = { ...tenancy.effects, tenants: counted };
    await enter(bearer(key), effects);
    const first = reads;
    for (let n = 0; n < 5; n += 1) await enter(bearer(key), effects);
    expect(first).toBe(2);
    expect(reads).toBe(first);
  });

  test('is listed with its revocation, without its secret', async () => {
    const { key, keyId } = await create('admin');
    await revokeApiKey(acme, keyId, tenancy.effects);
    const listed = (await listApiKeys(acme, tenancy.effects)).find(each => each.keyId === keyId);
    expect(listed).toMatchObject({ scope: 'admin', revokedAt: expect.any(String) });
    expect(JSON.stringify(listed)).not.toContain(key);
  });

  test('can not be revoked from another workspace', async () => {
    const { key, keyId } = await create('chat');
    await expect(revokeApiKey(globex, keyId, tenancy.effects)).rejects.toMatchObject({ code: 'not_found' });
    await expect(revokeApiKey(acme, 'nothing' as KeyId, tenancy.effects)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await enter(bearer(key))).toMatchObject({ keyId });
  });

  test('keeps the time of its first revocation', async () => {
    const { keyId } = await create('chat');
    const first = await revokeApiKey(acme, keyId, tenancy.effects);
    tenancy.world.now += 1_000_000;
    expect((await revokeApiKey(acme, keyId, tenancy.effects)).revokedAt).toBe(first.revokedAt);
  });
});

describe('the last use of a key', () => {
  const usesIn = (workspace: WorkspaceId) => readKeyUses(workspace, tenancy.effects);

  test('is noted, to half a minute', async () => {
    const { key, keyId } = await create('chat');
    expect((await usesIn(acme)).get(keyId)).toBeUndefined();
    for (const seconds of [0, 31]) {
      tenancy.world.now += seconds * 1000;
      await enter(bearer(key));
      await expect
        .poll(async () => (await usesIn(acme)).get(keyId))
        .toBe(new Date(tenancy.world.now).toISOString());
    }
    expect((await usesIn(globex)).get(keyId)).toBeUndefined();
  });

  test('is none for a key that is refused', async () => {
    const { key, keyId } = await create('chat');
    await revokeApiKey(acme, keyId, tenancy.effects);
    const { key: other, keyId: usedAfter } = await create('chat');
    await expect(enter(bearer(key))).rejects.toMatchObject({ code: 'unauthorized' });
    await enter(bearer(other));
    await expect.poll(async () => (await usesIn(acme)).has(usedAfter)).toBe(true);
    expect((await usesIn(acme)).has(keyId)).toBe(false);
  });

  test('holds nobody up: neither a table that hangs nor one that fails', async () => {
    const { limits } = tenancy.effects;
    const codes: string[] = [];
    const log = { ...tenancy.effects.log, error: (code: string) => void codes.push(code) };
    const hanging = { ...limits, put: () => new Promise<void>(() => {}) };
    const failing = { ...limits, put: () => Promise.reject(new Error('no table')) };
    for (const table of [hanging, failing]) {
      const { key, keyId } = await create('chat');
      expect(await enter(bearer(key), { ...tenancy.effects, log, limits: table })).toMatchObject({ keyId });
    }
    await expect.poll(() => codes).toEqual(['key.use_not_noted']);
  });
});

describe('a key that is rotated', () => {
  const rotate = (keyId: KeyId, hours: number, workspace = acme) =>
    rotateApiKey(workspace, keyId, hours, tenancy.effects);
  /** As a function that has not seen the key lately. */
  const enterCold = (key: string) =>
    enter(bearer(key), { ...tenancy.effects, tenants: { ...tenancy.table } });

  test('has a successor of its name, scope and end, and stops at once', async () => {
    const wanted = { name: 'shop', scope: 'admin' as const, expiresInDays: 9 };
    const old = await createApiKey(acme, wanted, tenancy.effects);
    tenancy.world.now += 86_400_000;
    const made = await rotate(old.keyId, 0);
    expect(made).toMatchObject({ name: 'shop', scope: 'admin', expires: old.expires });
    expect(made.key).not.toBe(old.key);
    expect(await enterCold(made.key)).toMatchObject({ keyId: made.keyId, scope: 'admin' });
    await expect(enterCold(old.key)).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('works beside its successor for the hours of overlap, to the second', async () => {
    const old = await create('chat');
    const made = await rotate(old.keyId, 2);
    expect(made.expires).toBeUndefined();
    tenancy.world.now += 2 * 3_600_000 - 1_000;
    for (const key of [old.key, made.key]) await enterCold(key);
    tenancy.world.now += 1_000;
    await enterCold(made.key);
    await expect(enterCold(old.key)).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('lives no longer for its overlap', async () => {
    const old = await createApiKey(acme, { name: 'n', scope: 'chat', expiresInDays: 1 }, tenancy.effects);
    await rotate(old.keyId, 168);
    tenancy.world.now += 86_400_000;
    await expect(enterCold(old.key)).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('is neither revoked, nor expired, nor another workspace’s', async () => {
    const { keyId } = await create('chat');
    await expect(rotate(keyId, 0, globex)).rejects.toMatchObject({ code: 'not_found' });
    await revokeApiKey(acme, keyId, tenancy.effects);
    await expect(rotate(keyId, 0)).rejects.toMatchObject({ code: 'conflict' });
    const short = await createApiKey(acme, { name: 'n', scope: 'chat', expiresInDays: 1 }, tenancy.effects);
    tenancy.world.now += 86_400_000;
    await expect(rotate(short.keyId, 0)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a request', () => {
  test.each([
    ['without credentials', {}],
    ['with another scheme', { authorization: 'Basic c2I6bGl2ZQ==' }],
    ['with two tokens', { authorization: 'Bearer one two' }],
    ['with an empty bearer', { authorization: 'Bearer ' }],
    ['with an empty header', { authorization: '' }],
  ])('%s is refused', async (_, headers) => {
    await expect(enter(headers)).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('with a bad Authorization is not saved by a good X-API-Key', async () => {
    const { key } = await create('chat');
    const both = { authorization: 'Bearer nonsense', 'x-api-key': key };
    await expect(enter(both)).rejects.toMatchObject({ code: 'unauthorized' });
  });
});

describe('a workspace', () => {
  const asked = { id: 'initech' as WorkspaceId, name: 'Initech', defaultMode: 'default' as ModeName };

  test('is created once, however often it is asked for', async () => {
    const first = await createWorkspace(asked, tenancy.effects);
    tenancy.world.now += 1_000;
    const second = await createWorkspace({ ...asked, name: 'Renamed' }, tenancy.effects);
    expect(second).toEqual(first);
    expect(await getWorkspace(asked.id, tenancy.effects)).toEqual(first);
    expect(await getWorkspace('nobody' as WorkspaceId, tenancy.effects)).toBeUndefined();
  });

  test.each(['', 'A', 'a#b', '-a', 'a-', 'a/b', '..', 'a'.repeat(64)])('can not be called "%s"', async id => {
    const refused = createWorkspace({ ...asked, id: id as WorkspaceId }, tenancy.effects);
    await expect(refused).rejects.toMatchObject({ code: 'bad_request' });
  });
});
