import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminApp } from '../../functions/admin/routes.ts';
import { MailError } from '../../functions/platform/aws/mail.ts';
import { knownWorkspace, reserveTurn } from '../../functions/tenants/index.ts';
import { type AdminWorld, acme, globex, startAdmin } from './admin-world.ts';

let world: AdminWorld;
let root: string;
beforeAll(async () => {
  world = await startAdmin();
  root = (await world.person('root@example.org', {}, true)).idToken;
});
afterAll(() => world.stop());

const change = (workspace: typeof acme, body: object) =>
  world.call('PATCH', `/admin/workspaces/${workspace}`, { as: root, body });
/** Questions that are let in. What is told when one ends is not told here. */
async function turns(workspace: typeof acme, times: number) {
  const asked = await knownWorkspace(workspace, world.effects);
  for (let i = 0; i < times; i++) await reserveTurn(asked, {}, world.effects);
}
const subjects = async (address: string) => (await world.inbox(address)).map(({ subject }) => subject);

test('a limit set below what the hour has used is mailed at once: no further question is let in that would tell', async () => {
  const owner = 'owner@acme.example';
  await change(acme, { alert_email: owner });
  await turns(acme, 6);
  expect(await change(acme, { hourly_limit: 5 })).toMatchObject({ status: 200, body: { hourly_limit: 5 } });
  await expect(turns(acme, 1)).rejects.toMatchObject({ code: 'rate_limited' });
  expect(await subjects(owner)).toEqual(["\u2068ACME\u2069: this hour's limit is reached"]);
  const [mail] = await world.inbox(owner);
  expect(mail?.text).toContain('6 of 5');
  await change(acme, { name: 'Acme' });
  expect(await subjects(owner)).toHaveLength(1);
});

test('a change stands when its mail can not be sent, and the next change sends it', async () => {
  const owner = 'owner@globex.example';
  await turns(globex, 6);
  const mail = { send: () => Promise.reject(new MailError('SES is down', { permanent: false })) };
  const reply = await adminApp({ ...world.effects, mail }).request(`/admin/workspaces/${globex}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${root}` },
    body: JSON.stringify({ alert_email: owner, hourly_limit: 4 }),
  });
  expect([reply.status, await reply.json()]).toMatchObject([200, { hourly_limit: 4, alert_email: owner }]);
  expect(await subjects(owner)).toEqual([]);
  await change(globex, { hard_cap: true });
  expect(await subjects(owner)).toEqual(["\u2068GLOBEX\u2069: this hour's limit is reached"]);
});

test('a limit that is far away is mailed to nobody', async () => {
  const owner = 'other@acme.example';
  await change(acme, { alert_email: owner, hourly_limit: 500 });
  expect(await subjects(owner)).toEqual([]);
});
