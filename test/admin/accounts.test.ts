import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AdminWorld, acme, startAdmin } from './admin-world.ts';

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

  test('stops who asks the pool too often from one address, and nobody who signs in', async () => {
    const person = await world.person('dan@example.org');
    const renew = () => post('/api/refresh-token', { refresh_token: person.refreshToken });
    wait(16);
    for (let time = 0; time < 300; time += 30) {
      const replies = await Promise.all(Array.from({ length: 30 }, renew));
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    }
    const refused = await renew();
    expect([refused.status, refused.headers.get('x-ratelimit-limit')]).toEqual([429, '300']);
    expect((await signIn(person.email, person.password)).status).toBe(200);
    wait(16);
    expect((await renew()).status).toBe(200);
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
