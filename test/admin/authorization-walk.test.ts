import { SignJWT, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { productEndpoints } from '../../functions/admin/description/product-endpoints.ts';
import { chatEndpoints as ofChat } from '../../functions/chat/endpoints.ts';
import { describeApi } from '../../functions/platform/http/openapi.ts';
import type { ModeName } from '../../functions/platform/ids.ts';
import { noteSeed } from '../../functions/scraper/crawl/seed-store.ts';
import { targetEndpoints } from '../../functions/scraper/target/endpoints.ts';
import { createWidgetKey, mintVisitorToken, revokeApiKey } from '../../functions/tenants/index.ts';
import { type Door, routes } from '../../functions/route-registry.ts';
import { type AdminWorld, acme, globex, startAdmin } from './admin-world.ts';
import { bodies, newDocument, newFinds, pathOf, tooLarge } from './walk-requests.ts';

/**
 * Every operation of openapi.json but those of the chat function, which `test/chat/walk.test.ts` walks, and those for
 * servers, which `target-scrape.test.ts` walks.
 */
const elsewhere = new Set<string>([...Object.keys(ofChat), ...Object.keys(targetEndpoints)]);
const description = (await describeApi(productEndpoints, 'test')) as {
  paths: Record<string, Record<string, Operation>>;
};
interface Operation {
  operationId: string;
  security?: unknown;
  requestBody?: unknown;
  parameters?: { name: string }[];
  responses: Record<string, unknown>;
}
const operations = Object.entries(description.paths)
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, security, ...described }]) => ({
      ...described,
      name: `${method.toUpperCase()} ${path}`,
      id: operationId,
      method: method.toUpperCase(),
      path,
      open: security === undefined,
    })),
  )
  .filter(({ id }) => !elsewhere.has(id));
const closed = operations.filter(({ open }) => !open);
const declared = new Map(productEndpoints.map(endpoint => [endpoint.id, endpoint]));
const whoOf = (id: string) => declared.get(id)?.who;

let world: AdminWorld;
let ids: Record<string, string>;
let people: Record<
  'owner' | 'viewer' | 'stranger' | 'other' | 'root',
  Awaited<ReturnType<AdminWorld['person']>>
>;
let bad: Record<string, string>;

beforeAll(async () => {
  world = await startAdmin();
  const [owner, viewer, stranger, other] = [
    await world.person('owner@example.org', { [acme]: 'owner' }),
    await world.person('viewer@example.org', { [acme]: 'viewer' }),
    await world.person('stranger@example.org'),
    await world.person('other@example.org', { [globex]: 'owner' }),
  ];
  people = { owner, viewer, stranger, other, root: await world.person('root@example.org', {}, true) };
  ids = await newThings();
  const widgetKey = await createWidgetKey(acme, { name: 'site' }, world.effects);
  const revoked = await world.key(acme);
  await revokeApiKey(acme, revoked.keyId, world.effects);
  const seconds = Math.floor(world.clock.now / 1000);
  const { pool } = world;
  const { privateKey } = await generateKeyPair('RS256');
  const claims = { sub: owner.sub, email: owner.email, token_use: 'id', auth_time: seconds };
  const foreign = (kid: string) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid })
      .setIssuer(pool.issuer)
      .setAudience(pool.clientId)
      .setIssuedAt()
      .setExpirationTime('10 min')
      .sign(privateKey);
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = encoded({ ...claims, iss: pool.issuer, aud: pool.clientId, iat: seconds, exp: seconds + 600 });
  const [, payload, signature] = owner.idToken.split('.');
  bad = {
    'an expired id token': await pool.sign({ ...claims, iat: seconds - 7200, exp: seconds - 3600 }),
    'an id token without expiry': await pool.sign({ ...claims, exp: undefined }),
    'an id token of another issuer': await pool.sign({ ...claims, iss: `${pool.issuer}x` }),
    'an id token for another audience': await pool.sign({ ...claims, aud: 'another-client' }),
    'an access token': owner.accessToken,
    'a token for another use': await pool.sign({ ...claims, token_use: 'access' }),
    'a token signed with another key': await foreign('CognitoLocal'),
    'a token of an unknown key': await foreign('nobody'),
    'a token with alg none': `${encoded({ alg: 'none' })}.${body}.`,
    'a token with alg none and a signature': `${encoded({ alg: 'none', kid: 'CognitoLocal' })}.${body}.${signature}`,
    'a token signed with the public key as a secret': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'CognitoLocal' })
      .setIssuer(pool.issuer)
      .setAudience(pool.clientId)
      .setIssuedAt()
      .setExpirationTime('10 min')
      .sign(Buffer.from(await pool.publicKey())),
    'a token whose claims were changed': [
      owner.idToken.split('.')[0],
      encoded({ ...JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()), sub: 'somebody' }),
      signature,
    ].join('.'),
    'a revoked API key': revoked.key,
    'an unknown API key': `sb_live_${'A'.repeat(43)}`,
    'a widget key': widgetKey.key,
    nonsense: 'nonsense',
  };
});
afterAll(() => world.stop());

let made = 0;
/**
 * One of each thing that a path can name, in `acme`, by the names that paths have for them. The widget key is a new one
 * for a path that is about them: a workspace has a limited number.
 */
async function newThings(path = '/widget/'): Promise<Record<string, string>> {
  made += 1;
  const as = people.owner.idToken;
  const [url, site] = ['https://www.example.org/', 'example.org'];
  const mode = await world.call('POST', '/admin/modes', {
    as,
    body: { name: `mode-${made}`, scrape_sites: [url] },
  });
  const seed = { mode: mode.body.name, url, site, maxPages: 1 };
  await noteSeed(acme, seed, world.effects);
  const { content_id, file_id } = await newFinds(seed, made, world.effects);
  const job = await world.call('POST', '/admin/scrape', { as, body: { url: 'https://www.example.org/' } });
  const member = await world.person(`member-${made}@example.org`, { [acme]: 'viewer' });
  return {
    workspace_id: acme,
    user_id: member.sub,
    key_id: (await world.key(acme)).keyId,
    widget_key_id: path.includes('/widget/')
      ? (await createWidgetKey(acme, { name: 'site' }, world.effects)).keyId
      : (ids['widget_key_id'] ?? ''),
    mode_id: mode.body.name,
    job_id: job.body.job_id,
    domain: site,
    content_id,
    file_id,
    document_id:
      path.includes('{document_id}') || made === 1
        ? await newDocument(seed.mode, world.effects)
        : (ids['document_id'] ?? ''),
  };
}

async function call(
  operation: (typeof operations)[number],
  as?: string,
  headers: Record<string, string> = {},
  things = ids,
  body: object = bodies[operation.id]?.(things) ?? {},
) {
  const bodiless = operation.method === 'GET' || operation.method === 'DELETE';
  const reply = await world.call(operation.method, pathOf(operation.path, things), {
    as,
    headers,
    ...(bodiless ? {} : { body }),
  });
  const documented = Object.keys(operation.responses);
  expect(documented, `${operation.name} is documented to answer ${reply.status}`).toContain(
    `${reply.status}`,
  );
  return reply;
}

test('openapi.json has every operation of the registry of routes', () => {
  const registered = Object.values<Readonly<Record<string, Door>>>(routes)
    .flatMap(row => Object.values(row))
    .flatMap(door => Object.values(door.operations));
  const described = productEndpoints.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(described.toSorted()).toEqual(registered.toSorted());
});

test('openapi.json has the operations, and the open ones are these', () => {
  expect(operations.length + elsewhere.size).toBe(productEndpoints.length);
  expect(closed.length).toBeGreaterThanOrEqual(25);
  expect(
    operations
      .filter(({ open }) => open)
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual([
    'GET /documents/{workspace_id}/{document_id}/{filename}',
    'GET /openapi.json',
    'POST /admin/login',
    'POST /admin/reset/initiate',
    'POST /admin/reset/token',
    'POST /api/refresh-token',
  ]);
});

describe.each(closed)('$name', operation => {
  test('is done for callers who may do it: what the others are refused is there', async () => {
    const as = whoOf(operation.id) === 'super-admin' ? people.root : people.owner;
    expect([200, 201, 202]).toContain(
      (await call(operation, as.idToken, {}, await newThings(operation.path))).status,
    );
  });

  test('needs credentials', async () => {
    expect(await call(operation)).toMatchObject({ status: 401, body: { error: { code: 'unauthorized' } } });
  });

  test('refuses expired and forged ones', async () => {
    for (const [what, credential] of Object.entries(bad)) {
      expect((await call(operation, credential)).status, what).toBe(401);
      expect((await call(operation, undefined, { 'x-api-key': credential })).status, what).toBe(401);
    }
  });

  test('is not for visitors and chat keys', async () => {
    const visitor = await mintVisitorToken(acme, { mode: 'acme-mode' as ModeName }, world.effects);
    expect((await call(operation, visitor.token)).status).toBe(403);
    expect((await call(operation, (await world.key(acme, 'chat')).key)).status).toBe(403);
  });

  test('shows nothing of a workspace to those of another', async () => {
    const who = whoOf(operation.id);
    if (who === 'person') return;
    const header = { 'x-workspace-id': acme };
    const theirs = (await world.key(globex)).key;
    const own = operation.id === 'listWorkspaces';
    for (const [as, name] of [
      [people.other.idToken, 'an owner of another workspace'],
      [people.stranger.idToken, 'somebody of no workspace'],
      [theirs, 'a key of another workspace'],
    ] as const) {
      const { status, body } = await call(operation, as, header);
      if (own) expect(JSON.stringify(body), name).not.toContain(acme);
      else if (who === 'super-admin') expect(status, name).toBe(403);
      else expect(status, name).toBe(404);
    }
  });

  test('is not changed by a viewer', async () => {
    if (operation.method === 'GET' || whoOf(operation.id) === 'super-admin') return;
    expect((await call(operation, people.viewer.idToken)).status).toBe(403);
  });
});

test('who is a member of several workspaces names one of them', async () => {
  const both = await world.person('both@example.org', { [acme]: 'owner', [globex]: 'owner' });
  const inWorkspace = closed.filter(({ parameters = [] }) =>
    parameters.some(({ name }) => name === 'X-Workspace-Id'),
  );
  expect(inWorkspace.length).toBeGreaterThanOrEqual(20);
  for (const operation of inWorkspace) {
    // A mode is found by its name, wherever it is; of modes there is a list of all.
    const found = declared.get(operation.id)?.workspaces === 'all' || operation.path.includes('{mode_id}');
    const unnamed = await call(
      operation,
      both.idToken,
      {},
      found && (operation.method === 'DELETE' || operation.path.includes('-file'))
        ? await newThings(operation.path)
        : ids,
    );
    expect(unnamed.status < 300 ? 200 : unnamed.status, operation.name).toBe(found ? 200 : 400);
    const nowhere = await call(operation, both.idToken, { 'x-workspace-id': 'nowhere' });
    expect(nowhere.status, operation.name).toBe(404);
  }
});

test('a body beyond the limit is refused', async () => {
  const taking = operations.filter(({ requestBody }) => requestBody !== undefined);
  expect(taking.length).toBeGreaterThanOrEqual(12);
  for (const operation of taking) {
    const as = whoOf(operation.id) === 'super-admin' ? people.root : people.owner;
    const body = tooLarge(declared.get(operation.id)?.upload);
    const { status } = await call(operation, operation.open ? undefined : as.idToken, {}, ids, body);
    expect(status, operation.name).toBe(413);
  }
});

test('the id of a thing of another workspace is unknown, in one’s own workspace too', async () => {
  const inPath = closed.filter(({ path }) => /\{(?!workspace_id)/.test(path));
  expect(inPath.length).toBeGreaterThanOrEqual(5);
  for (const operation of inPath) {
    const { status } = await call(operation, people.other.idToken);
    expect(status, operation.name).toBe(404);
  }
});
