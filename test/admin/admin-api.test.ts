import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AdminEffects, adminApp, adminEffects } from '../../functions/admin/index.ts';
import { productEndpoints } from '../../functions/api-description.ts';
import { findModeByName } from '../../functions/assistant/index.ts';
import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import {
  createApiKey,
  createWorkspace,
  mintVisitorToken,
  revokeApiKey,
} from '../../functions/tenants/index.ts';
import { emulatedQueue, emulatedTable } from '../support/emulated.ts';
import { startTenancy } from '../tenants/tenancy.ts';

const acme = 'acme' as WorkspaceId;
const globex = 'globex' as WorkspaceId;

let effects: AdminEffects;
let app: ReturnType<typeof adminApp>;
let keys: Record<'admin' | 'chat' | 'globex', string>;
const stops = new AsyncDisposableStack();

beforeAll(async () => {
  const tenancy = await startTenancy();
  const assistant = await emulatedTable();
  const scraper = await emulatedTable();
  const scrapeQueue = await emulatedQueue<never>();
  for (const each of [tenancy, assistant, scraper, scrapeQueue]) stops.defer(() => each.stop());
  effects = {
    ...adminEffects(notAsked, tenancy.effects),
    ...tenancy.effects,
    assistant: assistant.table,
    scraper: scraper.table,
    scrapeQueue: scrapeQueue.queue,
    resolve: async () => ['93.184.216.34'],
  };
  for (const id of [acme, globex]) {
    await createWorkspace({ id, name: id, defaultMode: `${id}-mode` as ModeName }, effects);
  }
  const keyOf = async (workspace: WorkspaceId, scope: 'admin' | 'chat') =>
    (await createApiKey(workspace, { name: scope, scope }, effects)).key;
  keys = {
    admin: await keyOf(acme, 'admin'),
    chat: await keyOf(acme, 'chat'),
    globex: await keyOf(globex, 'admin'),
  };
  app = adminApp(effects);
});
afterAll(() => stops.disposeAsync());

/** The index and the model, which no admin route of today reads. */
const notAsked = {
  TENANTS_TABLE: '',
  SECRETS_PREFIX: '',
  COGNITO_POOL_ID: '',
  COGNITO_CLIENT_ID: '',
  LIMITS_TABLE: '',
  MAIL_FROM: '',
  ANALYTICS_TABLE: '',
  CONVERSATION_LOG_DAYS: '90',
  KNOWLEDGE_TABLE: '',
  KNOWLEDGE_BUCKET: '',
  KNOWLEDGE_INDEX_URI: 's3://not-read/',
  INDEX_QUEUE_URL: '',
  EMBEDDING_MODEL: '',
  EMBEDDING_BASE_URL: '',
  EMBED_QUEUE_URL: '',
  ASSISTANT_TABLE: '',
  MODEL_SMALL: '',
  MODEL_STRONG: '',
  COMPATIBLE_BASE_URL: '',
  OPENAI_BASE_URL: '',
  SCRAPER_TABLE: '',
  SCRAPE_QUEUE_URL: '',
};

async function call(method: string, path: string, key: string | undefined, body?: unknown) {
  const response = await app.request(path, {
    method,
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // oxlint-disable-next-line typescript/no-explicit-any -- each test asserts the form that it expects
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}

const learn = (key: string, body: unknown) => call('POST', '/admin/scrape', key, body);

describe('every admin operation', () => {
  const operations = productEndpoints
    .filter(({ auth }) => auth === 'admin')
    .map(({ method, path }) => [method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x')] as const);

  test('is known', () => {
    expect(operations.length).toBeGreaterThanOrEqual(7);
    for (const [, path] of operations) expect(path).toMatch(/^\/admin\//);
  });

  test.each(operations)('%s %s needs an admin key', async (method, path) => {
    const visitor = await mintVisitorToken(acme, { mode: 'acme-mode' as ModeName }, effects);
    expect((await call(method, path, undefined)).status).toBe(401);
    expect((await call(method, path, `sb_live_${'A'.repeat(43)}`)).status).toBe(401);
    expect((await call(method, path, keys.chat)).status).toBe(403);
    expect((await call(method, path, visitor.token)).status).toBe(403);
    expect([401, 403, 500]).not.toContain((await call(method, path, keys.admin)).status);
  });

  test('that there is none of is a 404 to an administrator, and nothing to a stranger', async () => {
    expect((await call('GET', '/admin/nothing', keys.admin)).status).toBe(404);
    expect((await call('GET', '/admin/nothing', undefined)).status).toBe(401);
  });
});

describe('API keys', () => {
  test('are created, shown once, used, listed and revoked', async () => {
    const made = await call('POST', '/admin/keys', keys.admin, { name: 'website', scope: 'admin' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: 'website', scope: 'admin', revoked_at: null, expires_at: null });
    const listed = await call('GET', '/admin/keys', made.body.key);
    expect(listed.body.keys.map((each: { name: string }) => each.name)).toContain('website');
    expect(JSON.stringify(listed.body)).not.toContain(made.body.key);
    const revoked = await call('DELETE', `/admin/keys/${made.body.key_id}`, keys.admin);
    expect(revoked.body.revoked_at).toEqual(expect.any(String));
  });

  test('of another workspace are unknown', async () => {
    const { body } = await call('POST', '/admin/keys', keys.globex, { name: 'theirs', scope: 'chat' });
    expect((await call('DELETE', `/admin/keys/${body.key_id}`, keys.admin)).status).toBe(404);
    const mine = await call('GET', '/admin/keys', keys.admin);
    expect(JSON.stringify(mine.body)).not.toContain(body.key_id);
  });

  test('may end by themselves', async () => {
    const { body } = await call('POST', '/admin/keys', keys.admin, {
      name: 'n',
      scope: 'chat',
      expires_in_days: 2,
    });
    expect(Date.parse(body.expires_at) - Date.parse(body.created_at)).toBe(2 * 86_400_000);
  });

  test.each([
    [{}],
    [{ name: 'n' }],
    [{ name: ' ', scope: 'chat' }],
    [{ name: 'n', scope: 'owner' }],
    [{ name: 'x'.repeat(81), scope: 'chat' }],
    [{ name: 'n', scope: 'chat', expires_in_days: 0 }],
  ])('are not created from %j', async body => {
    const refused = await call('POST', '/admin/keys', keys.admin, body);
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  });

  test('that were revoked administer nothing any more', async () => {
    const { key, keyId } = await createApiKey(acme, { name: 'gone', scope: 'admin' }, effects);
    await revokeApiKey(acme, keyId, effects);
    expect((await call('GET', '/admin/keys', key)).status).toBe(401);
  });
});

describe('learning', () => {
  test('is for the workspace’s own mode where none is named, which is created', async () => {
    const first = await learn(keys.admin, { url: 'https://www.example.org/' });
    expect(first).toMatchObject({ status: 202, body: { mode_name: 'acme-mode', mode_created: true } });
    const second = await learn(keys.admin, { url: 'https://www.example.com/' });
    expect(second.body).toMatchObject({ mode_name: 'acme-mode', mode_created: false });
    expect((await findModeByName('acme-mode', effects))?.workspace).toBe(acme);
  });

  test('can not be for a mode of another workspace', async () => {
    await learn(keys.globex, { url: 'https://www.example.org/', mode: 'theirs' });
    const refused = await learn(keys.admin, { url: 'https://www.example.org/', mode: 'theirs' });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
  });

  test('is a job that only its workspace sees', async () => {
    const { body } = await learn(keys.globex, { url: 'https://www.example.org/a/' });
    const path = `/admin/scrape/job/${body.job_id}`;
    expect((await call('GET', path, keys.globex)).body).toMatchObject({ _id: body.job_id, status: 'queued' });
    expect((await call('GET', path, keys.admin)).status).toBe(404);
    expect((await call('DELETE', path, keys.admin)).status).toBe(404);
    expect(JSON.stringify((await call('GET', '/admin/scrape/jobs', keys.admin)).body)).not.toContain(
      body.job_id,
    );
  });

  test('is polled with an ETag', async () => {
    const { body } = await learn(keys.admin, { url: 'https://www.example.org/b/' });
    const path = `/admin/scrape/job/${body.job_id}`;
    const { headers } = await call('GET', path, keys.admin);
    const again = await app.request(path, {
      headers: { authorization: `Bearer ${keys.admin}`, 'if-none-match': headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });
});
