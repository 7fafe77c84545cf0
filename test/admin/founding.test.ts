import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminApp } from '../../functions/admin/routes.ts';
import { findModeByName, getMode } from '../../functions/assistant/index.ts';
import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import { getWorkspace } from '../../functions/tenants/index.ts';
import { changeRole, listMembers, removeMember } from '../../functions/tenants/members/members.ts';
import { type AdminWorld, acme, globex, startAdmin } from './admin-world.ts';

type Person = Awaited<ReturnType<AdminWorld['person']>>;

let world: AdminWorld;
let root: Person;
beforeAll(async () => {
  world = await startAdmin();
  root = await world.person('root@example.org', {}, true);
});
afterAll(() => world.stop());

const found = (body: object) => world.call('POST', '/admin/workspaces', { as: root.idToken, body });
const named = (id: string) => getWorkspace(id as WorkspaceId, world.effects);

describe('a new workspace', () => {
  test('has its default mode, by which its widget and its keys are answered', async () => {
    expect((await found({ id: 'hooli', name: 'Hooli', default_mode: 'hooli-help' })).status).toBe(201);
    const mode = await findModeByName('hooli-help', world.effects);
    expect(mode?.workspace).toBe('hooli');
  });

  test('is not made with the mode of another one', async () => {
    expect((await found({ id: 'pied', name: 'Pied', default_mode: 'piper' })).status).toBe(201);
    const refused = await found({ id: 'copycat', name: 'Copycat', default_mode: 'piper' });
    expect(refused).toMatchObject({ status: 409, body: { error: { message: /piper/ } } });
    expect(await named('copycat')).toBeUndefined();
  });

  test('does not touch one of that id, nor its modes', async () => {
    expect((await found({ id: acme, name: 'Again', default_mode: 'sneaky' })).status).toBe(409);
    expect(await getMode(acme, 'sneaky' as ModeName, world.effects)).toBeUndefined();
  });

  test('is not made for an owner who can not be told: a deployment without a sender invites nobody', async () => {
    const mute = adminApp({ ...world.effects, sendsMail: false });
    const ask = (path: string, body: object) =>
      mute.request(path, {
        method: 'POST',
        headers: { authorization: `Bearer ${root.idToken}`, 'x-workspace-id': acme },
        body: JSON.stringify(body),
      });
    const email = 'unheard@example.org';
    expect((await ask('/admin/workspaces', { id: 'mute', name: 'Mute', owner_email: email })).status).toBe(
      503,
    );
    expect(await named('mute')).toBeUndefined();
    expect((await ask('/admin/members', { email, role: 'viewer' })).status).toBe(503);
    expect(await world.pool.accounts.find(email)).toBeUndefined();
    expect((await ask('/admin/workspaces', { id: 'mute', name: 'Mute' })).status).toBe(201);
  });
});

test('the default mode is one of the workspace’s own', async () => {
  const owner = await world.person('owner@example.org', { [acme]: 'owner' });
  const modes = (as: string, name: string) => world.call('POST', '/admin/modes', { as, body: { name } });
  await modes(owner.idToken, 'acme-next');
  await modes((await world.key(globex)).key, 'globex-own');
  const change = (default_mode: string) =>
    world.call('PATCH', `/admin/workspaces/${acme}`, { as: owner.idToken, body: { default_mode } });
  expect((await change('acme-next')).body).toMatchObject({ default_mode: 'acme-next' });
  for (const foreign of ['globex-own', 'nobody-has-it']) expect((await change(foreign)).status).toBe(400);
  expect((await named(acme))?.defaultMode).toBe('acme-next');
});

describe('two owners who at the same moment', () => {
  const owners = async () =>
    (await listMembers(globex, world.effects)).filter(({ role }) => role === 'owner').map(({ sub }) => sub);
  const couple = async () => {
    const two = await Promise.all(
      [1, 2].map(() => world.person(`${crypto.randomUUID()}@example.org`, { [globex]: 'owner' })),
    );
    return two.map(({ sub }) => sub);
  };

  test.each([
    ['remove each other', (sub: string) => removeMember(globex, sub, world.effects)],
    ['make each other viewers', (sub: string) => changeRole(globex, sub, 'viewer', world.effects)],
  ])('%s leave at least one', async (_, goes) => {
    for (let n = 0; n < 5; n += 1) {
      const two = await couple();
      await Promise.allSettled(two.map(goes));
      const left = await owners();
      expect(left.length).toBeGreaterThan(0);
      for (const sub of left) await world.effects.tenants.delete({ pk: `WS#${globex}#MEMBERS`, sk: sub });
    }
  });
});

test('an invitation shows the name of the workspace as it is, whatever it is', async () => {
  const name = 'Tom & "Jerry" <b onclick=x>';
  const email = 'guest@example.org';
  await found({ id: 'odd-name', name, owner_email: email });
  const [mail] = await world.inbox(email);
  expect(mail?.text).toContain(name);
  expect(mail?.html).toContain('Tom &amp; &quot;Jerry&quot; &lt;b onclick=x&gt;');
  expect(mail?.html).not.toContain('<b ');
});
