import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureMode } from '../../functions/assistant/index.ts';
import { productEndpoints } from '../../functions/admin/description/product-endpoints.ts';
import { chatEndpoints as ofChat } from '../../functions/chat/endpoints.ts';
import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import { describeApi } from '../../functions/platform/http/openapi.ts';
import { createApiKey, mintVisitorToken } from '../../functions/tenants/index.ts';
import { page, question, resumeOf, startWidget, type WidgetWorld } from './widget-world.ts';

/** Every route of the chat function's part of openapi.json, with credentials that are none of the caller's. */
let widget: WidgetWorld;
let own: { thread_id: string; run_id: string; name: string };
let widgetRun: string;
let foreign: { key: string; visitor: string; stranger: string; widgetKey: string };
let bad: Record<string, string>;
const other = 'umbrella' as WorkspaceId;

beforeAll(async () => {
  widget = await startWidget();
  const { chat } = widget;
  for (const name of ['permitsca', 'talentcentral']) await ensureMode(chat.workspace, name, chat.effects);
  const { thread, run } = await chat.ask();
  own = { thread_id: thread, run_id: run, name: 'default' };
  widgetRun =
    resumeOf(await widget.ask())
      .split('/')
      .at(-1) ?? '';
  const mode = 'default' as ModeName;
  foreign = {
    key: (await createApiKey(other, { name: 'other', scope: 'admin' }, chat.effects)).key,
    visitor: (await mintVisitorToken(other, { mode: 'other' as ModeName }, chat.effects)).token,
    stranger: (await mintVisitorToken(chat.workspace, { mode }, chat.effects)).token,
    widgetKey: widget.otherKey,
  };
  bad = await badTokens();
});
afterAll(() => widget.chat.stop());

/** Tokens that look right but for one thing. */
async function badTokens(): Promise<Record<string, string>> {
  const { effects, workspace } = widget.chat;
  const { current, keys } = JSON.parse((await effects.secrets.get('visitor-signing-keys')) ?? '');
  const right = Buffer.from(keys[current], 'base64url');
  const sign = (
    over: {
      alg?: string;
      kid?: string;
      iss?: string;
      aud?: string;
      typ?: string;
      exp?: string;
      iat?: string;
    },
    key = right,
  ) =>
    new SignJWT({ workspace, mode: 'default' })
      .setProtectedHeader({
        alg: over.alg ?? 'HS256',
        typ: over.typ ?? 'visitor+jwt',
        kid: over.kid ?? current,
      })
      .setIssuer(over.iss ?? 'switchboard')
      .setAudience(over.aud ?? 'switchboard/visitor')
      .setSubject(crypto.randomUUID())
      .setIssuedAt(over.iat ?? '0s')
      .setExpirationTime(over.exp ?? '1h')
      .sign(key);
  const good = await sign({});
  expect(
    (await widget.chat.bare('POST', '/api/threads', {}, { Authorization: `Bearer ${good}` })).status,
    'one without a fault is taken',
  ).toBe(200);
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'visitor+jwt', kid: current })).toString(
    'base64url',
  );
  return {
    'of no algorithm': `${none}.${good.split('.')[1]}.`,
    'of another algorithm': await sign({ alg: 'HS512' }, Buffer.concat([right, right])),
    'by another key': await sign({}, Buffer.alloc(32, 7)),
    'by an unknown key': await sign({ kid: 'nobody' }),
    'of another issuer': await sign({ iss: 'somebody' }),
    'for another audience': await sign({ aud: 'switchboard/admin' }),
    'for another use': await sign({ typ: 'JWT' }),
    expired: await sign({ exp: '-1h' }),
    'older than any of ours, though it says it is good': await sign({ iat: '-13h', exp: '9999h' }),
    'that is an unknown key': `sb_live_${'x'.repeat(43)}`,
    'that is a widget key': widget.key,
    'that is garbage': 'x.y.z',
  };
}

const bodies: Record<string, object> = {
  createUser: { name: 'Somebody' },
  createThread: { user_id: 1 },
  postMessage: { content: 'Hello?' },
  createVisitor: {},
  widgetChat: question(),
  widgetStream: question(),
  askPermits: { message: 'Hello?' },
  askTalentCentral: { prompt: 'Hello?', user_id: 'u-7' },
};

const chatEndpoints = Object.values(ofChat);
const description = (await describeApi(productEndpoints, 'test')) as {
  paths: Record<string, Record<string, { responses: Record<string, unknown>; requestBody?: unknown }>>;
};

async function status(
  { id, method, path }: (typeof chatEndpoints)[number],
  headers: Record<string, string>,
  body: unknown = bodies[id],
): Promise<number> {
  const ids: Record<string, string> = {
    ...own,
    ...(id.endsWith('WidgetStream') ? { run_id: widgetRun } : {}),
  };
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const found = ids[name];
    if (found === undefined) throw new Error(`${path}: there is no ${name} to ask for`);
    return found;
  });
  const response = await widget.chat.bare(method.toUpperCase(), filled, body, headers);
  await response.body?.cancel();
  const documented = Object.keys(description.paths[path]?.[method]?.responses ?? {});
  expect(documented, `${id} is documented to answer ${response.status}`).toContain(`${response.status}`);
  return response.status;
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const of = (...auth: string[]) =>
  chatEndpoints
    .filter(endpoint => auth.includes(endpoint.auth))
    .map(endpoint => [endpoint.id, endpoint] as const);

test('every route is public, or for a workspace, or for a widget', () => {
  expect(chatEndpoints.length).toBe(of('none', 'workspace', 'widget').length);
  expect(
    of('none')
      .map(([id]) => id)
      .toSorted((a, b) => a.localeCompare(b)),
  ).toEqual([
    'ask',
    'clearConversation',
    'createVisitor',
    'getVisibleMode',
    'health',
    'listVisibleModes',
    'uploadFiles',
    'widgetHealth',
  ]);
});

test('every route is served to callers who may use it: what the others are refused is there', async () => {
  const rightful = { workspace: bearer(widget.chat.key), widget: { 'x-api-key': widget.key, Origin: page } };
  for (const auth of ['workspace', 'widget'] as const) {
    for (const [id, endpoint] of of(auth)) {
      expect(await status(endpoint, rightful[auth]), id).toBeLessThan(400);
    }
  }
});

test('a body beyond the limit is 413; of the form whose errors are bubbles, a bubble', async () => {
  const huge = JSON.stringify({ message: 'x'.repeat(300_000) });
  for (const endpoint of chatEndpoints) {
    const taken = description.paths[endpoint.path]?.[endpoint.method]?.requestBody;
    if (taken === undefined) continue;
    const headers =
      endpoint.auth === 'widget' ? { 'x-api-key': widget.key, Origin: page } : bearer(widget.chat.key);
    expect(await status(endpoint, headers, huge), endpoint.id).toBe(endpoint.id === 'ask' ? 200 : 413);
  }
});

test('what can go wrong with a form is said in its reply, so no other status is documented', () => {
  expect(Object.keys(description.paths['/ask']?.['post']?.responses ?? {})).toEqual(['200']);
});

test('a body that is no body is refused with a documented status', async () => {
  for (const endpoint of chatEndpoints) {
    if (description.paths[endpoint.path]?.[endpoint.method]?.requestBody === undefined) continue;
    const headers =
      endpoint.auth === 'widget' ? { 'x-api-key': widget.key, Origin: page } : bearer(widget.chat.key);
    expect([200, 400, 422], endpoint.id).toContain(await status(endpoint, headers, '{'));
  }
});

test('a user of another workspace is unknown: no thread is begun for one', async () => {
  const begin = (key: string) => widget.chat.bare('POST', '/api/threads', { user_id: 1 }, bearer(key));
  expect((await begin(widget.chat.key)).status).toBe(200);
  expect((await begin(foreign.key)).status).toBe(404);
});

describe.each(of('workspace'))('%s', (_, endpoint) => {
  test('without a credential is 401', async () => {
    expect(await status(endpoint, {})).toBe(401);
  });

  test('with a bad one is 401, as a bearer and as a key', async () => {
    for (const [what, token] of Object.entries(bad)) {
      expect(await status(endpoint, bearer(token)), what).toBe(401);
      expect(await status(endpoint, { 'X-API-Key': token }), what).toBe(401);
    }
  });

  test.runIf(endpoint.path.includes('{'))("with another's is 404", async () => {
    expect(await status(endpoint, bearer(foreign.key))).toBe(404);
    expect(await status(endpoint, bearer(foreign.visitor))).toBe(404);
    expect(await status(endpoint, bearer(foreign.stranger))).toBe(404);
  });
});

describe.each(of('widget'))('%s', (_, endpoint) => {
  test('without a widget key is 401, whatever else is shown', async () => {
    const shown = [{}, bearer(widget.chat.key), { 'x-api-key': widget.chat.key }, bearer(widget.key)];
    for (const headers of [
      ...shown,
      ...Object.values(bad)
        .filter(token => token !== widget.key)
        .map(token => ({ 'x-api-key': token })),
    ]) {
      expect(await status(endpoint, { Origin: page, ...headers })).toBe(401);
    }
  });

  test('from a page where it may not stand is 403', async () => {
    for (const Origin of ['https://evil.example', 'null', `${page}.evil.example`]) {
      expect(await status(endpoint, { 'x-api-key': widget.key, Origin }), Origin).toBe(403);
    }
    expect(await status(endpoint, { 'x-api-key': widget.key })).toBe(403);
  });

  test.runIf(endpoint.path.includes('{'))("with another workspace's key is 404", async () => {
    expect(await status(endpoint, { 'x-api-key': foreign.widgetKey, Origin: page })).toBe(404);
  });
});

test('a public route believes no bad credential where it looks at one', async () => {
  const looking = chatEndpoints.filter(({ id }) => id === 'createVisitor' || id === 'listVisibleModes');
  for (const endpoint of looking) {
    for (const [what, token] of Object.entries(bad)) {
      expect(await status(endpoint, bearer(token)), `${endpoint.id}: ${what}`).toBe(401);
    }
  }
});

test('modes are told of one workspace at a time', async () => {
  const names = async (headers: Record<string, string>) => {
    const response = await widget.chat.bare('GET', '/modes', undefined, headers);
    const { modes } = (await response.json()) as { modes: Record<string, unknown>[] };
    for (const mode of modes) expect(Object.keys(mode)).not.toEqual(expect.arrayContaining(['scrape_sites']));
    return modes.map(({ name }) => name);
  };
  const own = ['default', 'permitsca', 'talentcentral'];
  expect(await names({})).toEqual(own);
  expect(await names(bearer(foreign.key))).toEqual(['other']);
  expect(await names(bearer(widget.chat.key))).toEqual(own);
  const unknown = await widget.chat.bare('GET', '/modes/nope');
  expect([unknown.status, await unknown.json()]).toMatchObject([
    404,
    { prompts: [], error: { code: 'not_found' } },
  ]);
  const known = (await (await widget.chat.bare('GET', '/modes/default')).json()) as object;
  expect(Object.keys(known).toSorted((a, b) => a.localeCompare(b))).toEqual([
    'allow_file_upload',
    'color',
    'description',
    'disable_widget_on_mobile',
    'doc_intelligence_enabled',
    'doc_intelligence_settings',
    'has_files',
    'intro',
    'prompts',
    'text_color',
    'title',
  ]);
});
