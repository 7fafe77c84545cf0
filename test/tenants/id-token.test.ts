import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../functions/platform/clock.ts';
import { idTokenVerifier } from '../../functions/tenants/accounts/id-token.ts';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

/** A user pool's address for keys, which a test may turn off; and the keys of two years. */
let server: Server;
let issuer: string;
let published: JWK[];
let answers: 'keys' | 'an error' | 'garbage' | 'nothing';
let fetches: number;
let first: Keys;
let second: Keys;

beforeAll(async () => {
  [first, second] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  server = createServer((_request, response) => {
    fetches += 1;
    if (answers === 'nothing') return;
    response.writeHead(answers === 'an error' ? 500 : 200, { 'content-type': 'application/json' });
    response.end(answers === 'garbage' ? '<html>' : JSON.stringify({ keys: published }));
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pool`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const jwk = async (keys: Keys, kid: string): Promise<JWK> => ({
  ...(await exportJWK(keys.publicKey)),
  kid,
  alg: 'RS256',
  use: 'sig',
});
beforeEach(async () => {
  published = [await jwk(first, 'first')];
  answers = 'keys';
  fetches = 0;
});

const audience = 'admin-site';
/** As a function that has just started. */
const newVerifier = () => idTokenVerifier({ issuer, audience }, systemClock);
const token = (kid: string, keys = first, claims: Record<string, unknown> = {}) =>
  new SignJWT({ token_use: 'id', auth_time: 1_767_225_600, email: 'ann@example.org', sub: 'ann', ...claims })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('5 min')
    .sign(keys.privateKey);
const ann = { sub: 'ann', email: 'ann@example.org', signedInAt: 1_767_225_600 };

describe('the keys of the user pool', () => {
  test('are fetched once, for however many tokens at once', async () => {
    const verify = newVerifier();
    const tokens = await Promise.all(Array.from({ length: 10 }, () => token('first')));
    expect(await Promise.all(tokens.map(verify))).toEqual(tokens.map(() => ann));
    expect(await verify(await token('first'))).toEqual(ann);
    expect(fetches).toBe(1);
  });

  test('are not fetched for what is no token, nor for one of another algorithm', async () => {
    const verify = newVerifier();
    for (const text of ['', 'x.y.z', 'a'.repeat(9_000)]) expect(await verify(text)).toBe('forged');
    expect(fetches).toBe(0);
  });

  test('are not fetched again and again for keys that somebody invents', async () => {
    const verify = newVerifier();
    expect(await verify(await token('first'))).toEqual(ann);
    for (let n = 0; n < 5; n += 1) expect(await verify(await token(`made-up-${n}`))).toBe('forged');
    expect(fetches).toBe(1);
  });

  test('may be rotated: who starts later knows the new one, and the one that is gone no more', async () => {
    published = [await jwk(second, 'second')];
    const verify = newVerifier();
    expect(await verify(await token('second', second))).toEqual(ann);
    expect(await verify(await token('first'))).toBe('forged');
    expect(await verify(await token('second', first))).toBe('forged');
  });

  test.each(['an error', 'garbage', 'nothing'] as const)(
    'that do not come (%s) say nothing of the token, and are asked for again',
    async failure => {
      const verify = newVerifier();
      answers = failure;
      await expect(verify(await token('first'))).rejects.toMatchObject({ code: 'unavailable' });
      expect(fetches).toBe(2);
      answers = 'keys';
      expect(await verify(await token('first'))).toEqual(ann);
    },
    20_000,
  );
});

test.each<[string, Record<string, unknown>]>([
  ['of a person without an address', { email: undefined }],
  ['that is an access token', { token_use: 'access' }],
  ['of no use', { token_use: undefined }],
  ['for nobody', { sub: undefined }],
  ['that does not say since when', { auth_time: undefined }],
  ['for a person who could break out of a table’s key', { sub: 'a#b' }],
])('an id token %s is forged', async (_, claims) => {
  expect(await newVerifier()(await token('first', first, claims))).toBe('forged');
});
