import { base64url, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ModeName, randomIds, type VisitorId, type WorkspaceId } from '../../functions/platform/ids.ts';
import {
  authenticate,
  createSigningKeys,
  mintVisitorToken,
  rotateSigningKeys,
} from '../../functions/tenants/index.ts';
import { startTenancy, type Tenancy } from './tenancy.ts';

const acme = 'acme' as WorkspaceId;
const mode = 'default' as ModeName;

let tenancy: Tenancy;
beforeAll(async () => {
  tenancy = await startTenancy();
});
afterAll(() => tenancy.stop());
beforeEach(() => {
  tenancy.world.signingKeys = createSigningKeys(randomIds);
});

const mint = (visitor?: VisitorId) => mintVisitorToken(acme, { mode, visitor }, tenancy.effects);
const enter = (token: string) =>
  authenticate(new Headers({ authorization: `Bearer ${token}` }), tenancy.effects);
const refused = (token: string) => expect(enter(token)).rejects.toMatchObject({ code: 'unauthorized' });
const keySet = () =>
  JSON.parse(tenancy.world.signingKeys) as { current: string; keys: Record<string, string> };

/** A token like ours, signed with our key, but for what the test changes. */
async function crafted({
  claims = {},
  header = {},
  key = undefined as Uint8Array | undefined,
}: {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  key?: Uint8Array | undefined;
} = {}) {
  const { current, keys } = keySet();
  const now = Math.floor(tenancy.world.now / 1000);
  const { alg = 'HS256', ...others } = header;
  return new SignJWT({
    iss: 'switchboard',
    aud: 'switchboard/visitor',
    sub: 'visitor-1',
    workspace: 'acme',
    mode: 'default',
    iat: now,
    exp: now + 3600,
    ...claims,
  })
    .setProtectedHeader({ alg: String(alg), typ: 'visitor+jwt', kid: current, ...others })
    .sign(key ?? base64url.decode(keys[current] ?? ''));
}

describe('a visitor token', () => {
  test('opens its workspace and mode as that visitor', async () => {
    const { token, visitor } = await mint();
    expect(await enter(token)).toEqual({ kind: 'visitor', workspace: acme, mode, visitor });
  });

  test('is renewed for the same visitor', async () => {
    const { visitor } = await mint();
    tenancy.world.now += 3_600_000;
    const renewed = await mint(visitor);
    expect(renewed.visitor).toBe(visitor);
    expect(renewed.expiresAt).toBe(new Date(tenancy.world.now + 12 * 3_600_000).toISOString());
  });

  test('lives for twelve hours', async () => {
    const { token } = await mint();
    tenancy.world.now += 12 * 3_600_000 - 1_000;
    await enter(token);
    tenancy.world.now += 7_000;
    await expect(enter(token)).rejects.toThrow('expired');
  });

  test('is not an API key: X-API-Key does not take it', async () => {
    const { token } = await mint();
    const entering = authenticate(new Headers({ 'x-api-key': token }), tenancy.effects);
    await expect(entering).rejects.toMatchObject({ code: 'unauthorized' });
  });
});

describe('a forged token is refused:', () => {
  test('the crafted one is otherwise good', async () => {
    expect(await enter(await crafted())).toMatchObject({ visitor: 'visitor-1' });
  });

  test.each<[string, { claims?: Record<string, unknown>; header?: Record<string, unknown> }]>([
    ['another issuer', { claims: { iss: 'somebody' } }],
    ['no issuer', { claims: { iss: undefined } }],
    ['another audience', { claims: { aud: 'switchboard/admin' } }],
    ['no audience', { claims: { aud: undefined } }],
    ['another type', { header: { typ: 'JWT' } }],
    ['no type', { header: { typ: undefined } }],
    ['an unknown kid', { header: { kid: 'nobody' } }],
    ['a kid that every object has', { header: { kid: '__proto__' } }],
    ['a kid that is a method of every object', { header: { kid: 'constructor' } }],
    ['no kid', { header: { kid: undefined } }],
    ['another HMAC', { header: { alg: 'HS512' } }],
    ['no expiry', { claims: { exp: undefined } }],
    ['an expiry that is text', { claims: { exp: 'never' } }],
    ['issued tomorrow', { claims: { iat: 4_000_000_000, exp: 4_000_003_600 } }],
    ['a life longer than we give', { claims: { iat: 1, exp: 4_000_000_000 } }],
    ['not yet valid', { claims: { nbf: 4_000_000_000 } }],
    ['no subject', { claims: { sub: undefined } }],
    ['no workspace', { claims: { workspace: undefined } }],
    ['a workspace that breaks out of its key', { claims: { workspace: 'acme#KEYS' } }],
    ['a mode that is no text', { claims: { mode: { $ne: '' } } }],
  ])('%s', async (_, changes) => {
    await refused(await crafted(changes));
  });

  test('signed with another key under our kid', async () => {
    await refused(await crafted({ key: new Uint8Array(32).fill(7) }));
  });

  test('unsigned, with alg none', async () => {
    const unsigned = new UnsecuredJWT({ workspace: 'acme', mode: 'default' })
      .setIssuer('switchboard')
      .setAudience('switchboard/visitor')
      .setSubject('visitor-1')
      .setIssuedAt(Math.floor(tenancy.world.now / 1000))
      .setExpirationTime(Math.floor(tenancy.world.now / 1000) + 3600)
      .encode();
    await refused(unsigned);
    const [, payload] = unsigned.split('.');
    const { current } = keySet();
    for (const alg of ['none', 'None', 'NONE']) {
      const header = base64url.encode(JSON.stringify({ alg, typ: 'visitor+jwt', kid: current }));
      await refused(`${header}.${payload}.`);
    }
  });

  test('every part of it changed, cut off, added or doubled', async () => {
    const token = await crafted();
    const [header = '', payload = '', signature = ''] = token.split('.');
    const bigger = base64url.encode(
      JSON.stringify({
        ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object),
        sub: 'other',
      }),
    );
    await refused(`${header}.${bigger}.${signature}`);
    for (const bad of [
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}..${signature}`,
      `.${payload}.${signature}`,
      `${token}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -4)}`,
      `${header}.${payload}.${'A'.repeat(signature.length)}`,
      `${header}.${payload}.${signature}!`,
      `${header}.${payload}.${signature}=`,
      `${header}.${payload}.${signature.slice(0, 9)}+${signature.slice(9)}`,
      `${'x'.repeat(100_000)}.${payload}.${signature}`,
      'a.b.c',
      '..',
      'nonsense',
      '{}',
    ]) {
      await refused(bad);
    }
  });

  test('with an extension that it calls critical', async () => {
    const { current, keys } = keySet();
    const [, payload = ''] = (await crafted()).split('.');
    const header = base64url.encode(
      JSON.stringify({ alg: 'HS256', typ: 'visitor+jwt', kid: current, crit: ['x'], x: 1 }),
    );
    const { createHmac } = await import('node:crypto');
    const signature = createHmac('sha256', Buffer.from(keys[current] ?? '', 'base64url'))
      .update(`${header}.${payload}`)
      .digest('base64url');
    await refused(`${header}.${payload}.${signature}`);
  });
});

describe('rotation', () => {
  test('keeps the tokens of the last key and signs with the new one; the rotation after ends them', async () => {
    const before = await mint();
    const { current: oldKid } = keySet();
    tenancy.world.signingKeys = rotateSigningKeys(tenancy.world.signingKeys, randomIds);
    await enter(before.token);
    const after = await mint();
    expect(kidOf(after.token)).toBe(keySet().current);
    expect(kidOf(after.token)).not.toBe(oldKid);
    tenancy.world.signingKeys = rotateSigningKeys(tenancy.world.signingKeys, randomIds);
    await refused(before.token);
    await enter(after.token);
  });

  test('signs with a key that functions which have not heard of it know already', async () => {
    const unheard = tenancy.world.signingKeys;
    tenancy.world.signingKeys = rotateSigningKeys(unheard, randomIds);
    const { token } = await mint();
    tenancy.world.signingKeys = unheard;
    await enter(token);
  });

  test('serves a key set that has no next key yet', async () => {
    const { current, keys } = keySet();
    tenancy.world.signingKeys = JSON.stringify({ current, keys: { [current]: keys[current] } });
    const { token } = await mint();
    tenancy.world.signingKeys = rotateSigningKeys(tenancy.world.signingKeys, randomIds);
    await enter(token);
    await enter((await mint()).token);
  });

  test('a token of another deployment is refused', async () => {
    const { token } = await mint();
    tenancy.world.signingKeys = createSigningKeys(randomIds);
    await refused(token);
  });
});

describe('signing keys', () => {
  test('that nobody has set: the caller learns what is missing', async () => {
    tenancy.world.signingKeys = '';
    await expect(mint()).rejects.toMatchObject({ code: 'unavailable' });
  });

  test.each([
    ['not JSON', 'oops-SECRET'],
    ['not a key set', '{"keys": "SECRET"}'],
    ['a current key that is not there', '{"current": "a", "keys": {"SECRET": "aaaa"}}'],
    ['too short a key', '{"current": "a", "keys": {"a": "SECRET"}}'],
  ])('that are %s are a defect that does not quote them', async (_, secret) => {
    tenancy.world.signingKeys = secret;
    const error: unknown = await mint().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toContain('visitor-signing-keys');
    expect(String(error)).not.toContain('SECRET');
  });
});

function kidOf(token: string): unknown {
  const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
  return (header as { kid?: unknown }).kid;
}
