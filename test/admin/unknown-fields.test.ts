import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { productEndpoints } from '../../functions/admin/description/product-endpoints.ts';
import { describeApi } from '../../functions/platform/http/openapi.ts';
import { type AdminWorld, acme, startAdmin } from './admin-world.ts';

let world: AdminWorld;
let root: string;
let owner: string;
let viewers = 0;
beforeAll(async () => {
  world = await startAdmin();
  root = (await world.person('root@example.org', {}, true)).idToken;
  owner = (await world.person('owner@example.org', { [acme]: 'owner' })).idToken;
  await world.call('POST', '/admin/modes', { as: owner, body: { name: 'acme-mode' } });
});
afterAll(() => world.stop());

describe('a body with a field that is not known is refused, and changes nothing', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['POST', '/admin/workspaces', { id: 'initech', name: 'Initech', hourly_limt: 5 }],
    ['POST', '/admin/members', { email: 'ann@example.org', role: 'viewer', expires: 1 }],
    ['PATCH', '/admin/members/{sub}', { role: 'admin', until: 'tomorrow' }],
    ['POST', '/admin/keys', { name: 'a', scope: 'chat', expires_in_day: 1 }],
    ['POST', '/admin/keys/{key}/rotate', { overlap_hour: 24 }],
    ['POST', '/admin/widget/keys', { name: 'a', moed: 'acme-mode' }],
    ['PUT', '/admin/widget/domains', { domain: ['example.org'] }],
    ['POST', '/admin/scrape', { url: 'https://example.org/', max_page: 1 }],
  ])('%s %s %j', async (method, path, body) => {
    const known = (await world.call('POST', '/admin/keys', { as: owner, body: { name: 'k', scope: 'chat' } }))
      .body.key_id;
    const { sub } = await world.person(`viewer-${++viewers}@example.org`, { [acme]: 'viewer' });
    const to = path.replace('{key}', known).replace('{sub}', sub);
    const as = path === '/admin/workspaces' ? root : owner;
    const state = async () => {
      const read = ['workspaces', 'members', 'keys', 'widget', 'widget/keys', 'scrape/jobs'];
      return Promise.all(
        read.map(async part => (await world.call('GET', `/admin/${part}`, { as: owner })).body),
      );
    };
    const before = await state();
    const unknown = Object.keys(body).at(-1);
    expect(await world.call(method, to, { as, body })).toMatchObject({
      status: 400,
      body: {
        error: {
          code: 'bad_request',
          message: `body.${unknown}: there is no such field`,
          details: [{ loc: ['body', unknown], type: 'unrecognized_keys' }],
        },
      },
    });
    expect(await state()).toEqual(before);
  });
});

/** The contracts of earlier systems say so: their clients send whole records back. */
describe('a body that clients of before may send more in is taken without it, and the reply says what was ignored', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['PATCH', `/admin/workspaces/${acme}`, { hourly_limt: 5 }],
    ['PUT', '/admin/widget', { widgetName: 'Help', primaryColour: '#000000' }],
    ['PUT', '/admin/modes/acme-mode', { title: 'Help', user_id: 'x' }],
    ['POST', '/admin/modes', { name: 'second', has_files: true }],
  ])('%s %s %j', async (method, path, body) => {
    const { status, headers } = await world.call(method, path, { as: owner, body });
    expect(status).toBe(method === 'POST' ? 201 : 200);
    expect(headers.get('x-ignored-fields')).toBe(Object.keys(body).at(-1));
  });
});

test('the description says which bodies refuse: all that an administrator sends, but for those', async () => {
  const { paths } = (await describeApi(productEndpoints, 'test')) as {
    paths: Record<string, Record<string, { operationId: string; requestBody?: unknown }>>;
  };
  const operations = new Map(
    Object.values(paths).flatMap(methods =>
      Object.values(methods).map(one => [one.operationId, one] as const),
    ),
  );
  const taking = productEndpoints.filter(({ auth, body }) => auth === 'admin' && body !== undefined);
  const tolerant = taking.filter(({ id }) => {
    const body = operations.get(id)?.requestBody;
    return !JSON.stringify(body).includes('"additionalProperties":false');
  });
  expect(tolerant.map(({ id }) => id).toSorted()).toEqual([
    'changeMode',
    'changeWidget',
    'changeWorkspace',
    'createMode',
  ]);
  expect(taking.length).toBeGreaterThan(10);
});
