import { statSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ skipSampleSite: true });
}, 60_000);
afterAll(() => world.stop());

async function call(
  method: string,
  path: string,
  body?: unknown,
  token?: string,
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${world.url}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // oxlint-disable-next-line typescript/no-explicit-any -- each test asserts the form that it expects
  return { status: response.status, body: (await response.json()) as any };
}

const mailsTo = async (address: string) => {
  const store = await (await fetch(`${world.inbox}/store`)).json();
  const { emails } = store as { emails: { destination: { to: string[] }; body: { text: string } }[] };
  return emails.filter(({ destination }) => destination.to.includes(address)).map(({ body }) => body.text);
};

test('the local start has a super admin, whose password is in the file of the key, for its owner alone', async () => {
  expect(statSync(world.keyFile).mode & 0o777).toBe(0o600);
  const { admin } = JSON.parse(readFileSync(world.keyFile, 'utf8')) as { admin: object };
  expect(admin).toEqual(world.admin);
  const signedIn = await call('POST', '/admin/login', admin);
  expect(signedIn.status).toBe(200);
  const user = await call('GET', '/admin/user', undefined, signedIn.body.id_token);
  expect(user.body).toMatchObject({ is_super_admin: true, email: world.admin.username });
  const renewed = await call('POST', '/api/refresh-token', { refresh_token: signedIn.body.refresh_token });
  expect(renewed.status).toBe(200);
  const overview = await call('GET', '/admin/superadmin/overview', undefined, renewed.body.id_token);
  expect(overview).toMatchObject({ status: 200, body: { total_admins: 1 } });
});

test('a workspace is founded, and its owner invited, who chooses a password by the mail and a new one later', async () => {
  const root = (await call('POST', '/admin/login', world.admin)).body.id_token;
  const owner = 'owner@example.org';
  const founded = await call(
    'POST',
    '/admin/workspaces',
    { id: 'bakery', name: 'Bakery', owner_email: owner },
    root,
  );
  expect(founded).toMatchObject({ status: 201, body: { id: 'bakery', status: 'active', tier: 'free' } });
  const linkIn = (text = '') => /\S+token=([\w-]+)/.exec(text) ?? [];
  const [link = '', token] = linkIn((await mailsTo(owner)).at(-1));
  expect(link.startsWith(`${world.url}/password#token=`)).toBe(true);
  const chosen = await call('POST', '/admin/reset/token', { token, new_password: 'Bread-And-Butter-1' });
  expect(chosen.status).toBe(200);
  const signedIn = await call('POST', '/admin/login', { username: owner, password: 'Bread-And-Butter-1' });
  const theirs = await call('GET', '/admin/workspaces', undefined, signedIn.body.id_token);
  expect(theirs.body.workspaces.map(({ id }: { id: string }) => id)).toEqual(['bakery']);

  await call('POST', '/admin/reset/initiate', { username: owner });
  const [, again] = linkIn((await mailsTo(owner)).at(-1));
  expect(again).not.toBe(token);
  expect(
    (await call('POST', '/admin/reset/token', { token: again, new_password: 'Salt-And-Pepper-2' })).status,
  ).toBe(200);
  const renewed = await call('POST', '/api/refresh-token', { refresh_token: signedIn.body.refresh_token });
  expect(renewed.status).toBe(401);
  const anew = await call('POST', '/admin/login', { username: owner, password: 'Salt-And-Pepper-2' });
  expect((await call('GET', '/admin/user', undefined, anew.body.id_token)).status).toBe(200);
});

test('the chat function knows who signed in at the admin function, by the public keys of the pool', async () => {
  const { body } = await call('POST', '/admin/login', world.admin);
  const inDemo = { 'x-workspace-id': 'demo' };
  await call('POST', '/admin/modes', { name: 'permitsca', title: 'Permits' }, body.id_token, inDemo);
  const question = { message: 'Which permits are there?' };
  const asked = await call('POST', '/api/permitsca', question, body.id_token, inDemo);
  expect(asked).toMatchObject({ status: 200, body: { mode: 'permitsca', response: expect.any(String) } });
  const forged = `${body.id_token.slice(0, -4)}AAAA`;
  expect((await call('POST', '/api/permitsca', question, forged, inDemo)).status).toBe(401);
});
