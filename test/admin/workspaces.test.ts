import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureMode } from '../../functions/assistant/index.ts';
import { authenticateWidgetKey } from '../../functions/tenants/index.ts';
import { type AdminWorld, acme, globex, startAdmin } from './admin-world.ts';

type Person = Awaited<ReturnType<AdminWorld['person']>>;

let world: AdminWorld;
let root: Person;
let owner: Person;
let admin: Person;
let viewer: Person;
beforeAll(async () => {
  world = await startAdmin();
  root = await world.person('root@example.org', {}, true);
  owner = await world.person('owner@example.org', { [acme]: 'owner' });
  admin = await world.person('admin@example.org', { [acme]: 'admin' });
  viewer = await world.person('viewer@example.org', { [acme]: 'viewer' });
  await ensureMode(acme, { name: 'acme-mode', title: 'Ask Acme' }, world.effects);
  await ensureMode(acme, { name: 'acme-second' }, world.effects);
  await ensureMode(globex, { name: 'globex-mode' }, world.effects);
});
afterAll(() => world.stop());

const as = (person: Person, method: string, path: string, body?: unknown, headers = {}) =>
  world.call(method, path, { as: person.idToken, body, headers });
const idsIn = ({ body }: { body: { workspaces: { id: string }[] } }) => body.workspaces.map(({ id }) => id);

describe('workspaces', () => {
  test('are listed to their members, and all of them to a super admin', async () => {
    expect(idsIn(await as(viewer, 'GET', '/admin/workspaces'))).toEqual([acme]);
    expect(idsIn(await as(root, 'GET', '/admin/workspaces'))).toEqual(expect.arrayContaining([acme, globex]));
  });

  test('are created by a super admin alone, each id once, and the first owner is invited', async () => {
    const wanted = {
      id: 'initech',
      name: 'Initech',
      tier: 'paid',
      site: 'https://www.initech.example/about',
    };
    expect((await as(owner, 'POST', '/admin/workspaces', wanted)).status).toBe(403);
    const made = await as(root, 'POST', '/admin/workspaces', { ...wanted, owner_email: 'Peter@Example.org' });
    expect(made).toMatchObject({
      status: 201,
      body: { id: 'initech', tier: 'paid', site: 'https://www.initech.example', default_mode: 'initech' },
    });
    expect(await world.inbox('peter@example.org')).toHaveLength(1);
    expect((await as(root, 'POST', '/admin/workspaces', wanted)).status).toBe(409);
  });

  test.each([
    [{ id: 'UPPER', name: 'n' }],
    [{ id: 'a', name: ' ' }],
    [{ id: 'a', name: 'Bank\u202Egro' }],
    [{ id: 'a#b', name: 'n' }],
    [{ id: 'b', name: 'n', tier: 'gold' }],
    [{ id: 'c', name: 'n', site: 'javascript:alert(1)' }],
  ])('are not created from %j', async body => {
    expect((await as(root, 'POST', '/admin/workspaces', body)).status).toBe(400);
  });

  test('are renamed and paused by their own, whose other settings stay', async () => {
    const before = (await as(owner, 'GET', `/admin/workspaces/${acme}`)).body;
    const changed = await as(admin, 'PATCH', `/admin/workspaces/${acme}`, {
      name: 'Acme Ltd',
      status: 'paused',
    });
    expect(changed.body).toEqual({ ...before, name: 'Acme Ltd', status: 'paused' });
    const back = await as(owner, 'PATCH', `/admin/workspaces/${acme}`, {
      status: 'active',
      alert_email: 'a@example.org',
    });
    expect(back.body).toMatchObject({ name: 'Acme Ltd', status: 'active', alert_email: 'a@example.org' });
    const cleared = await as(owner, 'PATCH', `/admin/workspaces/${acme}`, { alert_email: null });
    expect(cleared.body.alert_email).toBeNull();
    expect((await as(owner, 'PATCH', `/admin/workspaces/${acme}`, {})).body).toEqual(cleared.body);
  });

  test.each([{ tier: 'paid' }, { hourly_limit: 5 }, { status: 'disabled' }])(
    'have what only a super admin decides: %j',
    async body => {
      const path = `/admin/workspaces/${globex}`;
      const theirs = await world.person(`${Object.keys(body)[0]}@example.org`, { [globex]: 'owner' });
      expect((await as(theirs, 'PATCH', path, body)).status).toBe(403);
      expect((await as(root, 'PATCH', path, body)).body).toMatchObject(body);
    },
  );

  test('that were disabled are not enabled by their owner', async () => {
    const theirs = await world.person('hank@example.org', { [globex]: 'owner' });
    await as(root, 'PATCH', `/admin/workspaces/${globex}`, { status: 'disabled' });
    expect((await as(theirs, 'PATCH', `/admin/workspaces/${globex}`, { status: 'active' })).status).toBe(403);
    expect((await as(root, 'PATCH', `/admin/workspaces/${globex}`, { status: 'active' })).status).toBe(200);
  });

  test.each([
    { name: '' },
    { name: 'a\u0000b' },
    { status: 'gone' },
    { alert_threshold: 2 },
    { alert_email: 'x' },
    { hourly_limit: -1 },
  ])('refuse %j', async body => {
    expect((await as(root, 'PATCH', `/admin/workspaces/${acme}`, body)).status).toBe(400);
  });

  test('are named by a person of several, and by a super admin', async () => {
    const both = await world.person('both@example.org', { [acme]: 'viewer', [globex]: 'owner' });
    expect((await as(both, 'GET', '/admin/keys')).status).toBe(400);
    const named = (id: string) =>
      as(both, 'POST', '/admin/widget/keys', { name: 'n' }, { 'x-workspace-id': id });
    expect((await named(globex)).status).toBe(201);
    expect((await named(acme)).status).toBe(403);
    expect((await as(root, 'GET', '/admin/keys')).status).toBe(400);
    expect((await as(root, 'GET', '/admin/keys', undefined, { 'x-workspace-id': acme })).status).toBe(200);
    expect((await as(root, 'GET', '/admin/keys', undefined, { 'x-workspace-id': 'nowhere' })).status).toBe(
      404,
    );
  });
});

describe('members', () => {
  test('are invited by an owner, come in by the link, and are removed with their next request', async () => {
    expect(
      (await as(admin, 'POST', '/admin/members', { email: 'm@example.org', role: 'viewer' })).status,
    ).toBe(403);
    const invited = await as(owner, 'POST', '/admin/members', { email: 'mia@example.org', role: 'admin' });
    expect(invited).toMatchObject({ status: 201, body: { email: 'mia@example.org', role: 'admin' } });
    const [mail] = await world.inbox('mia@example.org');
    const token = /token=([\w-]+)/.exec(mail?.text ?? '')?.[1];
    const password = 'First-Password-1!';
    await world.call('POST', '/admin/reset/token', { body: { token, new_password: password } });
    const { body } = await world.call('POST', '/admin/login', {
      body: { username: 'mia@example.org', password },
    });
    const list = () => world.call('GET', '/admin/members', { as: body.id_token });
    expect((await list()).body.members).toContainEqual(invited.body);
    const path = `/admin/members/${invited.body.user_id}`;
    expect((await as(owner, 'PATCH', path, { role: 'viewer' })).body.role).toBe('viewer');
    const write = await world.call('POST', '/admin/keys', {
      as: body.id_token,
      body: { name: 'n', scope: 'chat' },
    });
    expect(write.status).toBe(403);
    expect((await as(owner, 'DELETE', path)).status).toBe(200);
    expect((await list()).status).toBe(404);
    expect((await as(owner, 'DELETE', path)).status).toBe(404);
  });

  test('who have a password get no link to choose one', async () => {
    const known = await world.person('known@example.org');
    await as(owner, 'POST', '/admin/members', { email: known.email, role: 'viewer' });
    const [mail] = await world.inbox(known.email);
    // Between the marks a name of any script leaves the order of the words around it.
    expect(mail?.subject).toMatch(/^You are invited to \u2068Acme[^\u2069]*\u2069$/i);
    expect(mail?.text).toContain('/docs#signIn');
    expect(mail?.text).not.toContain('token=');
  });

  test('are never without an owner', async () => {
    const path = `/admin/members/${owner.sub}`;
    expect((await as(owner, 'DELETE', path)).status).toBe(409);
    expect((await as(owner, 'PATCH', path, { role: 'admin' })).status).toBe(409);
  });

  test('are decided by people: an API key invites nobody', async () => {
    const { key } = await world.key(acme);
    const body = { email: 'friend@example.org', role: 'owner' };
    expect((await world.call('POST', '/admin/members', { as: key, body })).status).toBe(403);
  });

  test.each([{ email: 'x', role: 'viewer' }, { email: 'x@example.org', role: 'root' }, {}])(
    'are not invited from %j',
    async body => {
      expect((await as(owner, 'POST', '/admin/members', body)).status).toBe(400);
    },
  );
});

describe('the widget', () => {
  const settings = async () => (await as(viewer, 'GET', '/admin/widget')).body;

  test('has the usual settings, and changes those that are given', async () => {
    expect(await settings()).toEqual({
      primaryColor: '#3b82f6',
      position: 'bottom-right',
      welcomeMessage: 'Hi! How can I help?',
      widgetName: 'Support',
      otherModes: [],
      allowedDomains: [],
    });
    const changed = await as(admin, 'PUT', '/admin/widget', { primaryColor: '#AB12CD', mode: 'acme-second' });
    expect(changed.body).toMatchObject({
      primaryColor: '#ab12cd',
      mode: 'acme-second',
      widgetName: 'Support',
    });
    const opened = await as(admin, 'PUT', '/admin/widget', { otherModes: ['acme-second', 'acme-second'] });
    expect(opened.body.otherModes).toEqual(['acme-second']);
    await as(admin, 'PUT', '/admin/widget', { widgetName: 'Ask us', mode: null });
    expect(await settings()).toMatchObject({ primaryColor: '#ab12cd', widgetName: 'Ask us' });
    expect(await settings()).not.toHaveProperty('mode');
  });

  test.each([
    { primaryColor: 'red' },
    { primaryColor: '#fff' },
    { position: 'top-left' },
    { welcomeMessage: 'x'.repeat(501) },
    { widgetName: '' },
    { widgetName: 'Sup\u2066port' },
    { mode: 'globex-mode' },
    { mode: 'nobody-has-it' },
    { otherModes: ['acme-second', 'globex-mode'] },
    { otherModes: 'acme-second' },
    { allowedDomains: 'example.org' },
  ])('refuses %j', async body => {
    const before = await settings();
    expect((await as(admin, 'PUT', '/admin/widget', body)).status).toBe(400);
    expect(await settings()).toEqual(before);
  });

  test('has allowed domains as browsers write them, each once', async () => {
    const domains = [
      ' https://Example.org/ ',
      'example.org',
      '*.Example.org',
      'shop.example.org:8443',
      'example.org:443',
      'bücher.example',
    ];
    const { body } = await as(admin, 'PUT', '/admin/widget/domains', { domains });
    expect(body.allowedDomains).toEqual([
      'example.org',
      '*.example.org',
      'shop.example.org:8443',
      'example.org:443',
      'xn--bcher-kva.example',
    ]);
    expect((await as(admin, 'PUT', '/admin/widget/domains', {})).body.allowedDomains).toEqual([]);
  });

  test.each([['*'], ['*.org'], ['a b'], ['example.org/path'], ['user@example.org'], ['ex*mple.org'], ['']])(
    'has no domain %j',
    async domain => {
      expect((await as(admin, 'PUT', '/admin/widget/domains', { domains: [domain] })).status).toBe(400);
    },
  );

  test('has public keys, which are listed, rotated and deleted; the old one is dead at once', async () => {
    const opens = (key: string) =>
      authenticateWidgetKey(
        new Headers({ 'x-api-key': key, 'sec-fetch-site': 'same-origin' }),
        world.effects,
      ).then(
        ({ workspace, mode }) => `${workspace.id} ${mode}`,
        (error: { code: string }) => error.code,
      );
    const made = await as(admin, 'POST', '/admin/widget/keys', { name: 'shop', mode: 'acme-second' });
    expect(made).toMatchObject({
      status: 201,
      body: { key: expect.stringMatching(/^pk_live_[0-9a-f]{64}$/) },
    });
    const { key, key_id: id } = made.body;
    expect(await opens(key)).toBe('acme acme-second');
    expect((await as(viewer, 'GET', '/admin/widget/keys')).body.keys).toContainEqual(made.body);
    const rotated = await as(admin, 'POST', `/admin/widget/keys/${id}/rotate`);
    expect(rotated.body.key).not.toBe(key);
    expect(await opens(key)).toBe('unauthorized');
    expect(await opens(rotated.body.key)).toBe('acme acme-second');
    expect((await as(admin, 'DELETE', `/admin/widget/keys/${id}`)).status).toBe(200);
    expect(await opens(rotated.body.key)).toBe('unauthorized');
    expect((await as(admin, 'POST', `/admin/widget/keys/${id}/rotate`)).status).toBe(404);
    expect((await as(admin, 'POST', '/admin/widget/keys', { name: 'x', mode: 'globex-mode' })).status).toBe(
      400,
    );
  });
});

describe('GET /admin/superadmin/overview', () => {
  test('shows a super admin who administers which modes, and nobody else', async () => {
    const { status, body } = await as(root, 'GET', '/admin/superadmin/overview');
    expect(status).toBe(200);
    // Three of acme and globex, and that of the workspace that was founded above.
    expect(body.total_modes).toBe(4);
    const users: { email: string; mode_count: number; modes: { name: string }[] }[] = body.admin_users;
    expect(body.total_admins).toBe(users.length);
    const seen = users.find(({ email }) => email === owner.email);
    expect(seen?.modes).toEqual([
      { _id: 'acme-mode', name: 'acme-mode', title: 'Ask Acme', description: '' },
      expect.objectContaining({ name: 'acme-second' }),
    ]);
    expect(users.map(({ email }) => email)).toContain(root.email);
    expect(users.map(({ email }) => email)).not.toContain(viewer.email);
    const counts = users.map(({ mode_count: count }) => count);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect((await as(owner, 'GET', '/admin/superadmin/overview')).status).toBe(403);
  });
});
