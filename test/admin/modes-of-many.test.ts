import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureMode } from '../../functions/assistant/index.ts';
import type { WorkspaceId } from '../../functions/platform/ids.ts';
import { createWorkspace } from '../../functions/tenants/index.ts';
import { type AdminWorld, acme, globex, startAdmin } from './admin-world.ts';

type Person = Awaited<ReturnType<AdminWorld['person']>>;

/** Three workspaces with a mode each; a person of two of them, a super admin, a person of one. */
let world: AdminWorld;
let both: Person;
let root: Person;
let single: Person;
const third = 'third' as WorkspaceId;
beforeAll(async () => {
  world = await startAdmin();
  await createWorkspace({ id: third, name: 'Third', defaultMode: 'c' as never }, world.effects);
  await ensureMode(acme, 'a', world.effects);
  await ensureMode(globex, 'b', world.effects);
  await ensureMode(third, 'c', world.effects);
  both = await world.person('both@example.org', { [acme]: 'viewer', [globex]: 'owner' });
  root = await world.person('root@example.org', {}, true);
  single = await world.person('single@example.org', { [acme]: 'owner' });
});
afterAll(() => world.stop());

const as = (person: Person, method: string, path: string, body?: unknown, workspace?: string) =>
  world.call(method, path, {
    as: person.idToken,
    body,
    headers: workspace === undefined ? {} : { 'x-workspace-id': workspace },
  });
const listed = async (person: Person, workspace?: string) => {
  const { status, body } = await as(person, 'GET', '/admin/modes', undefined, workspace);
  expect(status).toBe(200);
  return body.modes.map(({ name }: { name: string }) => name).toSorted();
};

test('a person of several workspaces sees the modes of all of them, or of the one that is named', async () => {
  expect(await listed(both)).toEqual(['a', 'b']);
  expect(await listed(both, globex)).toEqual(['b']);
  expect(await listed(single)).toEqual(['a']);
  expect((await as(both, 'GET', '/admin/modes', undefined, third)).status).toBe(404);
});

test('a super admin sees all modes', async () => {
  expect(await listed(root)).toEqual(['a', 'b', 'c']);
  expect(await listed(root, third)).toEqual(['c']);
});

test('a mode is reached by its name, with the rights that the person has where it is', async () => {
  expect((await as(both, 'GET', '/admin/modes/a')).body.name).toBe('a');
  expect((await as(both, 'PUT', '/admin/modes/a', { title: 'Mine' })).status).toBe(403);
  expect((await as(both, 'PUT', '/admin/modes/b', { title: 'Mine' })).body.title).toBe('Mine');
  expect((await as(root, 'PUT', '/admin/modes/c', { title: 'Root' })).body.title).toBe('Root');
  expect((await as(both, 'GET', '/admin/modes/a', undefined, globex)).status).toBe(404);
});

test('a mode elsewhere is as unknown as one that is nowhere, and says nothing of where it is', async () => {
  const [elsewhere, nowhere] = [
    await as(both, 'GET', '/admin/modes/c'),
    await as(both, 'GET', '/admin/modes/d'),
  ];
  expect([elsewhere.status, nowhere.status]).toEqual([404, 404]);
  expect(JSON.stringify(elsewhere.body)).toBe(JSON.stringify(nowhere.body).replace('\\"d\\"', '\\"c\\"'));
  expect((await as(both, 'DELETE', '/admin/modes/c')).status).toBe(404);
  expect((await as(single, 'GET', '/admin/modes/b')).status).toBe(404);
  expect((await as(root, 'GET', '/admin/modes/d')).status).toBe(404);
});

test('whoever makes a mode says where', async () => {
  expect((await as(both, 'POST', '/admin/modes', { name: 'new' })).status).toBe(400);
  expect((await as(root, 'POST', '/admin/modes', { name: 'new' })).status).toBe(400);
  expect((await as(both, 'POST', '/admin/modes', { name: 'new' }, globex)).status).toBe(201);
});
