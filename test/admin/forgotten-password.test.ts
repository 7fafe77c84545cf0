import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminApp } from '../../functions/admin/routes.ts';
import { recordWrites } from '../support/record-writes.ts';
import { type AdminWorld, acme, publicUrl, startAdmin } from './admin-world.ts';

let world: AdminWorld;
beforeAll(async () => {
  world = await startAdmin();
});
afterAll(() => world.stop());

const post = (path: string, body: unknown) => world.call('POST', path, { body });
const signIn = (username: string, password: string) => post('/admin/login', { username, password });
const wait = (minutes: number) => {
  world.clock.now += minutes * 60_000;
};

describe('a forgotten password', () => {
  const initiate = (username: unknown, headers = {}) =>
    world.call('POST', '/admin/reset/initiate', { body: { username }, headers });
  const finish = (token: string, new_password: string) => post('/admin/reset/token', { token, new_password });
  const newest = async (email: string) => {
    const mails = await world.inbox(email);
    return /token=([\w-]+)/.exec(mails.at(-1)?.text ?? '')?.[1] ?? '';
  };
  const good = 'Another-Horse-2!';

  test('is replaced by a link in a mail, once', async () => {
    const { email, password } = await world.person('dora@example.org');
    // Whatever the request calls the host, the link leads to the deployment.
    const begun = await initiate(email, { host: 'evil.example', 'x-forwarded-host': 'evil.example' });
    expect(begun).toMatchObject({ status: 200, body: { status: 'success' } });
    const [mail] = await world.inbox(email);
    expect(mail?.text).toContain(`${publicUrl}/password#token=`);
    expect(mail?.text).not.toContain('evil');
    const links = [...(mail?.html ?? '').matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link]) => link);
    const [link = ''] = /\S+token=\S+/.exec(mail?.text ?? '') ?? [];
    expect(links).toEqual([link.replace('&', '&amp;')]);
    // No server sees the token when the link is opened, and the password manager knows whose it is.
    expect(new URL(link)).toMatchObject({ pathname: '/password', search: '' });
    expect(new URLSearchParams(new URL(link).hash.slice(1)).get('for')).toBe(email);
    const token = await newest(email);
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(await finish(token, good)).toMatchObject({ status: 200, body: { status: 'success' } });
    expect((await signIn(email, password)).status).toBe(401);
    expect((await signIn(email, good)).status).toBe(200);
    expect((await finish(token, 'Third-Horse-3!!')).status).toBe(400);
  });

  test('is answered the same, without a mail, for somebody unknown', async () => {
    const { email } = await world.person('finn@example.org');
    const known = await initiate(email);
    const unknown = await initiate('unknown@example.org');
    expect(unknown.body).toEqual(known.body);
    expect(unknown.status).toBe(known.status);
    expect(await world.inbox('unknown@example.org')).toEqual([]);
  });

  test('has a link of 15 minutes', async () => {
    const { email } = await world.person('gil@example.org');
    await initiate(email);
    wait(15);
    const refused = await finish(await newest(email), good);
    expect(refused).toMatchObject({ status: 400, body: { error: { message: /expired/ } } });
  });

  test('has one link at a time: a newer one makes the older void', async () => {
    const { email } = await world.person('hal@example.org');
    await initiate(email);
    const older = await newest(email);
    await initiate(email);
    expect((await finish(older, good)).status).toBe(400);
    expect((await finish(await newest(email), good)).status).toBe(200);
  });

  test('does not use the link up for a password that is too weak', async () => {
    const { email } = await world.person('ina@example.org');
    await initiate(email);
    const token = await newest(email);
    for (const weak of [
      'short-A1!',
      'no-upper-case-1!',
      'NO-LOWER-CASE-1!',
      'No-Digit-At-All!',
      'NoPunctuation123',
      'Space-At-The-End-1! ',
    ]) {
      const refused = await finish(token, weak);
      expect(refused, weak).toMatchObject({
        status: 400,
        body: { error: { details: [{ loc: ['body', 'new_password'] }] } },
      });
    }
    expect((await finish(token, good)).status).toBe(200);
  });

  test('lets one of two who use the link at once', async () => {
    const { email } = await world.person('jo@example.org');
    await initiate(email);
    const token = await newest(email);
    const both = await Promise.all([finish(token, good), finish(token, 'Rival-Horse-9!!')]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400]);
  });

  test('is throttled: three mails in a quarter of an hour, and no word of it', async () => {
    const { email } = await world.person('kim@example.org');
    wait(16);
    for (let time = 0; time < 5; time += 1) expect((await initiate(email)).status).toBe(200);
    expect(await world.inbox(email)).toHaveLength(3);
  });

  test('is for an address: the other name that the pool has for a person has no tries of its own', async () => {
    const { email, sub, password } = await world.person('max@example.org');
    wait(16);
    expect((await initiate(sub)).status).toBe(200);
    expect(await world.inbox(email)).toEqual([]);
    expect((await signIn(sub, password)).status).toBe(401);
  });

  test('takes the same time whether there is such a person or not', async () => {
    wait(16);
    const { email } = await world.person('ned@example.org');
    const { effects } = world;
    const waits: number[] = [];
    const clock = { ...effects.clock, sleep: async (ms: number) => void waits.push(ms) };
    const app = adminApp({ ...effects, clock });
    const refusing = { send: () => Promise.reject(new Error('SES is down')) };
    const failing = adminApp({ ...effects, clock, mail: refusing });
    const replies: string[] = [];
    for (const [asked, username] of [
      [app, email],
      [app, 'nobody@example.org'],
      [failing, email],
    ] as const) {
      const body = JSON.stringify({ username });
      const reply = await asked.request('/admin/reset/initiate', { method: 'POST', body });
      replies.push(`${reply.status} ${await reply.text()}`);
    }
    expect(new Set(replies)).toEqual(new Set(['200 {"status":"success"}']));
    expect(waits).toEqual([2_500, 2_500, 2_500]);
  });

  describe('ends the sign-ins of before', () => {
    /**
     * A person whose password is changed a quarter of an hour after they signed in, and what is asked with a sign-in of
     * some time.
     */
    const changed = async (email: string, effects = world.effects) => {
      const person = await world.person(email, { [acme]: 'owner' });
      wait(16);
      await initiate(email);
      const body = JSON.stringify({ token: await newest(email), new_password: good });
      const reply = await adminApp(effects).request('/admin/reset/token', { method: 'POST', body });
      expect(reply.status).toBe(200);
      const now = Math.floor(world.clock.now / 1000);
      const withSignIn = async (secondsAgo: number) => {
        const claims = { sub: person.sub, email, auth_time: now - secondsAgo, iat: now, exp: now + 600 };
        return world.call('GET', '/admin/workspaces', { as: await world.pool.sign(claims) });
      };
      return { ...person, withSignIn };
    };

    test('at once: neither the id token nor the refresh token is of any use', async () => {
      const { idToken, refreshToken, withSignIn } = await changed('oda@example.org');
      expect(await world.call('GET', '/admin/user', { as: idToken })).toMatchObject({
        status: 401,
        body: { error: { code: 'unauthorized', message: /password was changed/ } },
      });
      expect((await post('/api/refresh-token', { refresh_token: refreshToken })).status).toBe(401);
      expect(await withSignIn(0)).toMatchObject({ status: 200, body: { workspaces: [{ id: acme }] } });
    });

    test('of nobody else', async () => {
      const other = await world.person('olaf@example.org');
      await changed('olga@example.org');
      expect((await world.call('GET', '/admin/user', { as: other.idToken })).status).toBe(200);
      expect((await post('/api/refresh-token', { refresh_token: other.refreshToken })).status).toBe(200);
    });

    test('also where the pool did not end them: what it renews is still of before', async () => {
      const accounts = { ...world.effects.accounts, signOut: () => Promise.reject(new Error('no reply')) };
      const { withSignIn } = await changed('otto@example.org', { ...world.effects, accounts });
      expect((await withSignIn(60)).status).toBe(401);
      expect((await withSignIn(0)).status).toBe(200);
    });

    test('but not of who signs in with the new one at once, by a clock that is a little behind', async () => {
      const { withSignIn } = await changed('orla@example.org');
      expect((await withSignIn(4)).status).toBe(200);
    });
  });

  test('of an account that is gone is not found, and its link is used up', async () => {
    wait(16);
    const { email, sub } = await world.person('pia@example.org');
    await initiate(email);
    const token = await newest(email);
    await world.pool.remove(sub);
    expect((await finish(token, good)).status).toBe(404);
    expect((await finish(token, good)).status).toBe(400);
  });

  test('keeps its link when the user pool is down', async () => {
    wait(16);
    const { email } = await world.person('quin@example.org');
    await initiate(email);
    const token = await newest(email);
    const { accounts } = world.effects;
    const down = { ...accounts, setPassword: () => Promise.reject(new Error('no reply')) };
    const reply = await adminApp({ ...world.effects, accounts: down }).request('/admin/reset/token', {
      method: 'POST',
      body: JSON.stringify({ token, new_password: good }),
    });
    expect(reply.status).toBe(500);
    expect((await finish(token, good)).status).toBe(200);
  });

  test('is stored as a hash', async () => {
    const { email } = await world.person('lea@example.org');
    wait(16);
    const written: string[] = [];
    const { effects } = world;
    const app = adminApp({
      ...effects,
      tenants: recordWrites(effects.tenants, written),
      limits: recordWrites(effects.limits, written),
    });
    const ask = (path: string, body: object) =>
      app.request(path, { method: 'POST', body: JSON.stringify(body) });
    await ask('/admin/reset/initiate', { username: email });
    const token = await newest(email);
    expect(token).toMatch(/^[\w-]{43}$/);
    const hash = createHash('sha256').update(token).digest();
    expect(
      written.filter(
        item => item.includes(hash.toString('base64url')) || item.includes(hash.toString('hex')),
      ),
    ).not.toEqual([]);
    expect((await ask('/admin/reset/token', { token, new_password: good })).status).toBe(200);
    expect(written.join()).not.toContain(token);
    expect(written.join()).not.toContain(good);
  });

  test.each([[{}], [{ username: '' }], [{ username: 5 }], ['x']])('refuses %j with 400', async body => {
    expect((await post('/admin/reset/initiate', body)).status).toBe(400);
  });

  test.each([[{}], [{ token: 'x' }], [{ new_password: good }], [{ token: 'x', new_password: good }]])(
    'is not set by %j: 400',
    async body => {
      expect((await post('/admin/reset/token', body)).status).toBe(400);
    },
  );
});
