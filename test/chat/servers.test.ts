import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureMode } from '../../functions/assistant/index.ts';
import { ModelError } from '../../functions/platform/models/model.ts';
import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import { createApiKey, createWorkspace, mintVisitorToken } from '../../functions/tenants/index.ts';
import { updateWorkspace } from '../../functions/tenants/workspaces/store.ts';
import { addMember, deleteMember } from '../../functions/tenants/members/store.ts';
import type { Role } from '../../functions/tenants/schema.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { startUserPool, type UserPool } from '../tenants/user-pool.ts';
import { type ChatWorld, jsonOf, saying, source, startChat } from './chat-world.ts';

let chat: ChatWorld;
const umbrella = 'umbrella' as WorkspaceId;
let foreignKey: string;
let pool: UserPool;
beforeAll(async () => {
  pool = await startUserPool(systemClock);
  chat = await startChat(undefined, pool.accounts);
  await ensureMode(chat.workspace, { name: 'permitsca', tags: ['roofs'] }, chat.effects);
  await ensureMode(chat.workspace, 'talentcentral', chat.effects);
  await createWorkspace({ id: umbrella, name: 'Umbrella', defaultMode: 'other' as ModeName }, chat.effects);
  ({ key: foreignKey } = await createApiKey(umbrella, { name: 'theirs', scope: 'chat' }, chat.effects));
});
afterAll(async () => {
  await chat?.stop();
  await pool?.stop();
});
beforeEach(() => {
  chat.world.answer = saying(['Two permits', ' [1].']);
  chat.world.asked = [];
});

const permits = (body: object) => chat.json('POST', '/api/permitsca', body);
const jobs = (body: object) => chat.json('POST', '/api/talentcentral', body);
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);

describe('a server asks', () => {
  test('the permits mode, and gets the whole answer as JSON', async () => {
    const { status, body, headers } = await permits({ message: ' Which permits? ', tag: 'roofs' });
    expect([status, body]).toEqual([
      200,
      {
        response: 'Two permits [1].',
        conversation_id: uuid,
        response_id: uuid,
        usage: 3,
        mode: 'permitsca',
        tag: 'roofs',
        sources: [source],
      },
    ]);
    expect(chat.world.asked[0]).toMatchObject({
      mode: 'permitsca',
      question: 'Which permits?',
      tag: 'roofs',
    });
    expect(Number(headers.get('x-ratelimit-remaining'))).toBeGreaterThan(0);
  });

  test('the jobs mode for one of its users, and is told for whom', async () => {
    const { status, body } = await jobs({ prompt: 'Any jobs?', user_id: 'u-7' });
    expect([status, body]).toMatchObject([200, { mode: 'talentcentral', user_id: 'u-7', tag: '' }]);
  });

  test('with its key in any of the three headers', async () => {
    const asked = { message: 'Which permits?' };
    for (const headers of [
      { Authorization: `Bearer ${chat.key}` },
      { 'X-API-Key': chat.key },
      { 'X-API-Token': chat.key },
    ]) {
      expect((await chat.bare('POST', '/api/permitsca', asked, headers)).status).toBe(200);
    }
    for (const [headers, said] of [
      [{}, 'this needs an API key or a sign-in:'],
      [{ 'X-API-Token': 'x' }, 'the X-API-Token header holds no API key'],
      [{ 'X-API-Key': 'x' }, 'the X-API-Key header holds no API key'],
      [{ 'X-API-Token': `sb_live_${'0'.repeat(64)}` }, 'the API key is not valid'],
    ] as const) {
      const refused = await jsonOf(await chat.bare('POST', '/api/permitsca', asked, headers));
      expect(refused).toMatchObject({
        status: 401,
        body: { error: { code: 'unauthorized', message: expect.stringContaining(said) } },
      });
    }
  });

  test('and goes on in a conversation, each of its users in their own', async () => {
    const { body } = await jobs({ prompt: 'Any jobs?', user_id: 'u-7' });
    const conversation = { conversation_id: body.conversation_id, response_id: body.response_id };
    expect((await jobs({ prompt: 'Nearer?', user_id: 'u-7', ...conversation })).status).toBe(200);
    expect(chat.world.asked[1]?.history).toHaveLength(2);
    const own = (await chat.ask()).thread;
    chat.world.asked = [];
    const theirs = 'What did they ask?';
    for (const { status, body: other } of [
      await jobs({ prompt: theirs, user_id: 'u-8', ...conversation }),
      await permits({ message: theirs, ...conversation }),
      await permits({ message: theirs, conversation_id: own }),
    ]) {
      expect([status, other.conversation_id]).toEqual([200, uuid]);
      expect([body.conversation_id, own]).not.toContain(other.conversation_id);
    }
    expect(chat.world.asked.map(({ history }) => history)).toEqual([[], [], []]);
  });
});

describe('a person who has signed in asks the permits mode', () => {
  /** A person of the pool, with the id token of their sign-in, and a role in each of these workspaces. */
  const personOf = async (name: string, roles: Readonly<Record<string, Role>>) => {
    const { sub, email, idToken } = await pool.person(`${name}@example.org`);
    for (const [workspace, role] of Object.entries(roles)) {
      const member = { sub, email, role, createdAt: '2026-01-01T00:00:00Z' };
      await addMember(workspace as WorkspaceId, member, chat.effects);
    }
    return { sub, idToken };
  };
  const ask = async (idToken: string, more: object = {}, named?: string, path = '/api/permitsca') =>
    jsonOf(
      await chat.bare(
        'POST',
        path,
        { message: 'Which permits?', ...more },
        {
          Authorization: `Bearer ${idToken}`,
          ...(named === undefined ? {} : { 'X-Workspace-Id': named }),
        },
      ),
    );

  test('in the workspace of which they are a member, in whatever role', async () => {
    for (const role of ['owner', 'admin', 'viewer'] as const) {
      const { idToken } = await personOf(`${role}-of-acme`, { acme: role });
      const { status, body } = await ask(idToken);
      expect([status, body]).toMatchObject([200, { mode: 'permitsca', response: 'Two permits [1].' }]);
    }
    expect(chat.world.asked.map(({ workspace }) => workspace)).toEqual(['acme', 'acme', 'acme']);
  });

  test('in the one of several that they name', async () => {
    const { idToken } = await personOf('of-both', { acme: 'viewer', umbrella: 'owner' });
    expect(await ask(idToken)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('X-Workspace-Id') } },
    });
    expect((await ask(idToken, {}, 'acme')).status).toBe(200);
    // This workspace has no such mode.
    expect((await ask(idToken, {}, 'umbrella')).body.error.message).toContain('permitsca');
  });

  test('and in no other, nor after they were removed', async () => {
    const ann = await personOf('ann', { acme: 'owner' });
    const stranger = await personOf('stranger', {});
    const refusals = [
      await ask(ann.idToken, {}, 'umbrella'),
      await ask(stranger.idToken),
      await ask(stranger.idToken, {}, 'acme'),
    ];
    expect((await ask(ann.idToken)).status).toBe(200);
    await deleteMember(chat.workspace, ann.sub, chat.effects);
    refusals.push(await ask(ann.idToken), await ask(ann.idToken, {}, 'acme'));
    expect(refusals.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect(chat.world.asked).toHaveLength(1);
  });

  test('and goes on in conversations of their own alone', async () => {
    const [bea, carl] = [
      await personOf('bea', { acme: 'viewer' }),
      await personOf('carl', { acme: 'viewer' }),
    ];
    const { body } = await ask(bea.idToken);
    const conversation = { conversation_id: body.conversation_id };
    expect((await ask(bea.idToken, conversation)).body.conversation_id).toBe(body.conversation_id);
    for (const other of [
      await ask(carl.idToken, conversation),
      await permits({ message: 'Which?', ...conversation }),
    ]) {
      expect([other.status, other.body.conversation_id]).toEqual([200, uuid]);
      expect(other.body.conversation_id).not.toBe(body.conversation_id);
    }
    expect(chat.world.asked.map(({ history }) => history.length)).toEqual([0, 2, 0, 0]);
  });

  test('with a good token of this pool alone, and at no other door', async () => {
    const { idToken, sub } = await personOf('dora', { acme: 'owner' });
    const claims = { sub, email: 'dora@example.org' };
    for (const bad of [
      await pool.sign({ ...claims, exp: 1_700_000_000 }),
      await pool.sign({ ...claims, aud: 'another-client' }),
      await pool.sign({ ...claims, token_use: 'access' }),
      `${idToken.slice(0, -4)}AAAA`,
    ]) {
      expect((await ask(bad)).status).toBe(401);
    }
    expect((await ask(await pool.sign(claims))).status).toBe(200);
    const jobsOf = { prompt: 'Any jobs?', user_id: 'u-7' };
    expect((await ask(idToken, jobsOf, undefined, '/api/talentcentral')).status).toBe(401);
    expect((await ask(idToken, { name: 'dora' }, undefined, '/api/users')).status).toBe(401);
    expect(chat.world.asked).toHaveLength(1);
  });
});

test.each([
  '65f0c0ffee0123456789abcd',
  '../x',
  ' ',
  '😀'.repeat(200),
  '00000000-0000-4000-8000-000000000000',
])(
  'a conversation id that nobody has here, %j, begins a new conversation, and the reply carries its id',
  async unknown => {
    const first = await permits({ message: 'Which permits?', conversation_id: unknown });
    expect([first.status, first.body.conversation_id]).toEqual([200, uuid]);
    expect(first.body.conversation_id).not.toBe(unknown);
    expect(chat.world.asked[0]?.history).toEqual([]);
    await permits({ message: 'And roofs?', conversation_id: first.body.conversation_id });
    expect(chat.world.asked[1]?.history).toHaveLength(2);
  },
);

describe('a server is refused', () => {
  test.each<[string, string, object]>([
    ['no message', '/api/permitsca', {}],
    ['an empty message', '/api/permitsca', { message: '' }],
    ['a blank message', '/api/permitsca', { message: ' \n' }],
    ['a message that is no text', '/api/permitsca', { message: ['x'] }],
    ['a message of 8001 characters', '/api/permitsca', { message: 'x'.repeat(8001) }],
    [
      'a conversation of 201 characters',
      '/api/permitsca',
      { message: 'Hi', conversation_id: 'x'.repeat(201) },
    ],
    ['no prompt', '/api/talentcentral', { user_id: 'u-7' }],
    ['no user', '/api/talentcentral', { prompt: 'Hi' }],
    ['a user that is no text', '/api/talentcentral', { prompt: 'Hi', user_id: 7 }],
    ['a blank user', '/api/talentcentral', { prompt: 'Hi', user_id: ' ' }],
  ])('%s with 400', async (_, path, body) => {
    expect(await chat.json('POST', path, body)).toMatchObject({
      status: 400,
      body: { error: { code: 'bad_request', details: expect.any(Array) } },
    });
    expect(chat.world.asked).toEqual([]);
  });

  test("another workspace's modes and conversations with 404, and a visitor with 403", async () => {
    const { body } = await permits({ message: 'Which permits?' });
    const as = (token: string, more: object = {}) =>
      chat.bare('POST', '/api/permitsca', { message: 'Hi', ...more }, { Authorization: `Bearer ${token}` });
    expect((await as(foreignKey)).status).toBe(404);
    expect((await as(foreignKey, { conversation_id: body.conversation_id })).status).toBe(404);
    const mode = 'permitsca' as ModeName;
    const { token } = await mintVisitorToken(chat.workspace, { mode }, chat.effects);
    expect((await as(token)).status).toBe(403);
  });

  test('beyond the limit with 429 and nothing stored, and told a failing model as it is, without the cause', async () => {
    await updateWorkspace(chat.workspace, { hourlyLimit: 0 }, chat.effects);
    const stored = [...chat.world.stored];
    const refused = await permits({ message: 'Hi' });
    expect((await jobs({ prompt: 'Hi', user_id: 'u-7' })).status).toBe(429);
    expect(chat.world.stored).toEqual(stored);
    await updateWorkspace(chat.workspace, { hourlyLimit: undefined }, chat.effects);
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    for (const [error, status] of [
      [new ModelError('unreachable', 'no model'), 503],
      [new ModelError('refused', 'the model will not answer this'), 422],
      [new ModelError('too_long', 'the question is too long for the model'), 413],
      [new Error('secret-token'), 500],
    ] as const) {
      // oxlint-disable-next-line require-yield -- it fails before it says anything
      chat.world.answer = async function* () {
        throw error;
      };
      const failed = await permits({ message: 'Hi' });
      expect([failed.status, JSON.stringify(failed.body)]).toEqual([
        status,
        expect.not.stringContaining('secret'),
      ]);
    }
  });
});
