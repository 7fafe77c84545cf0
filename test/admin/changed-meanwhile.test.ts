import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { adminApp } from '../../functions/admin/routes.ts';
import type { Table } from '../../functions/platform/aws/table.ts';
import { type AdminWorld, acme, startAdmin } from './admin-world.ts';

let world: AdminWorld;
let root: string;
let owner: string;
beforeAll(async () => {
  world = await startAdmin();
  root = (await world.person('root@example.org', {}, true)).idToken;
  owner = (await world.person('owner@example.org', { [acme]: 'owner' })).idToken;
});
afterAll(() => world.stop());

const workspace = `/admin/workspaces/${acme}`;
const byRoot = (body: object) => world.call('PATCH', workspace, { as: root, body });
beforeEach(() => byRoot({ status: 'active' }));

/** The owner's request, between whose look at the table and whose first change of it something else happens. */
async function whileOwner(method: string, path: string, body: object, happens: () => Promise<unknown>) {
  const { tenants } = world.effects;
  let done = false;
  const racing: Table = {
    ...tenants,
    async update(...change) {
      // The counts of keys and tries are not what is raced for.
      if (!done && change[0].pk.startsWith(`WS#${acme}#`)) {
        done = true;
        await happens();
      }
      return tenants.update(...change);
    },
  };
  const reply = await adminApp({ ...world.effects, tenants: racing }).request(path, {
    method,
    headers: { authorization: `Bearer ${owner}` },
    body: JSON.stringify(body),
  });
  expect(done).toBe(true);
  return reply.status;
}

test.each([{ status: 'active' }, { status: 'paused' }])(
  'an owner who says %j just when a super admin disables the workspace does not undo that',
  async body => {
    expect(await whileOwner('PATCH', workspace, body, () => byRoot({ status: 'disabled' }))).toBe(403);
    expect((await world.call('GET', workspace, { as: owner })).body.status).toBe('disabled');
  },
);

test('what else an owner changes of a workspace that is being disabled is changed', async () => {
  const change = () => byRoot({ status: 'disabled' });
  expect(await whileOwner('PATCH', workspace, { name: 'Acme & Sons' }, change)).toBe(200);
  const { body } = await world.call('GET', workspace, { as: owner });
  expect(body).toMatchObject({ status: 'disabled', name: 'Acme & Sons' });
});

test.each(['owner', 'viewer'])('a member who is being removed is not made %s', async role => {
  const { sub } = await world.person(`${role}-to-be@example.org`, { [acme]: 'admin' });
  const path = `/admin/members/${sub}`;
  const remove = () => world.call('DELETE', path, { as: owner });
  expect(await whileOwner('PATCH', path, { role }, remove)).toBe(404);
  const { members } = (await world.call('GET', '/admin/members', { as: owner })).body;
  expect(members.map(({ user_id }: { user_id: string }) => user_id)).not.toContain(sub);
});
