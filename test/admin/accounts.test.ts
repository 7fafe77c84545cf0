import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminApp } from '../../functions/admin/index.ts';
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

describe('POST /admin/login', () => {
  test('gives three tokens, and the id token opens the admin API', async () => {
    const { email, password, sub } = await world.person('ann@example.org', { [acme]: 'owner' });
    const { status, body } = await signIn(email, password);
    expect(status).toBe(200);
    expect(Object.keys(body).toSorted()).toEqual(['access_token', 'id_token', 'refresh_token']);
    const user = await world.call('GET', '/admin/user', { as: body.id_token });
    expect(user).toMatchObject({
      status: 200,
      body: {
        user_id: sub,
        is_super_admin: false,
        workspaces: [{ id: acme, name: 'ACME', role: 'owner' }],
      },
    });
  });

  test('says the same of a wrong password and of an unknown person', async () => {
    await world.person('bob@example.org');
    const wrong = await signIn('bob@example.org', 'Wrong-Horse-1!');
    const unknown = await signIn('nobody@example.org', 'Wrong-Horse-1!');
    expect(wrong).toMatchObject({ status: 401, body: { error: { code: 'unauthorized' } } });
    expect(unknown.body).toEqual(wrong.body);
  });

  test.each([
    [{}],
    [{ username: 'a' }],
    [{ password: 'a' }],
    [{ username: '', password: 'x' }],
    ['no json'],
    [[]],
  ])('refuses %j with 400', async body => {
    expect((await post('/admin/login', body)).status).toBe(400);
  });

  test('stops who guesses, until a quarter of an hour later', async () => {
    const { email, password } = await world.person('eve@example.org');
    for (let guess = 0; guess < 10; guess += 1) await signIn(email, `Guess-${guess}-word!`);
    const refused = await signIn(email, password);
    expect(refused.status).toBe(429);
    const minutes = Math.ceil(Number(refused.headers.get('retry-after')) / 60);
    expect(minutes).toBeLessThanOrEqual(15);
    expect(refused.body.error.message).toMatch(new RegExp(`try again in ${minutes} minutes?, at \\d\\d:`));
    wait(16);
    expect((await signIn(email, password)).status).toBe(200);
  });

  test('does not let in who was invited and has chosen no password', async () => {
    await world.pool.accounts.create('new@example.org');
    expect((await signIn('new@example.org', 'Any-Word-At-All-1')).status).toBe(401);
  });
});

describe('POST /api/refresh-token', () => {
  test('gives new tokens, with the old refresh token where there is no new one', async () => {
    const person = await world.person('cid@example.org');
    const { status, body } = await post('/api/refresh-token', { refresh_token: person.refreshToken });
    expect(status).toBe(200);
    expect(body.refresh_token).toBe(person.refreshToken);
    expect((await world.call('GET', '/admin/user', { as: body.id_token })).body.user_id).toBe(person.sub);
  });

  test('refuses an unknown token with 401 and none with 400', async () => {
    expect((await post('/api/refresh-token', { refresh_token: 'made-up' })).status).toBe(401);
    expect((await post('/api/refresh-token', {})).status).toBe(400);
  });
});

describe('GET /admin/user', () => {
  test('tells a super admin so', async () => {
    const { idToken } = await world.person('root@example.org', {}, true);
    const user = await world.call('GET', '/admin/user', { as: idToken });
    expect(user.body).toMatchObject({ is_super_admin: true, workspaces: [] });
  });

  test('is for people', async () => {
    const { key } = await world.key(acme);
    expect((await world.call('GET', '/admin/user', { as: key })).status).toBe(403);
  });
});

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

  test('ends the sign-ins of before, which the emulator of the pool can not', async () => {
    wait(16);
    const { email, sub } = await world.person('oda@example.org');
    await initiate(email);
    const token = await newest(email);
    const ended: string[] = [];
    const accounts = { ...world.effects.accounts, signOut: async (who: string) => void ended.push(who) };
    const body = JSON.stringify({ token, new_password: good });
    await adminApp({ ...world.effects, accounts }).request('/admin/reset/token', { method: 'POST', body });
    expect(ended).toEqual([sub]);
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
