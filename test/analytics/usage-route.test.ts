import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordTurn } from '../../functions/analytics/index.ts';
import { mountUsage } from '../../functions/analytics/routes.ts';
import { usage } from '../../functions/analytics/schema.ts';
import { createHttpApp } from '../../functions/platform/http/http-app.ts';
import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import { type AdminVariables, createWorkspace, reserveTurn } from '../../functions/tenants/index.ts';
import { type Recording, startRecording, turnAt } from './recording.ts';

let recording: Recording;
let app: Hono<{ Variables: AdminVariables }>;
const acme = 'acme' as WorkspaceId;

beforeAll(async () => {
  recording = await startRecording();
  const { effects, world } = recording;
  world.now = Date.parse('2026-03-10T12:30:00Z');
  for (const id of [acme, 'globex' as WorkspaceId]) {
    await createWorkspace({ id, name: id, defaultMode: id as string as ModeName }, effects);
  }
  app = createHttpApp<AdminVariables>(effects);
  // Who is who is the admin API's to find out: the test says it in a header.
  app.use(async (context, next) => {
    const workspace = context.req.header('x-test-workspace') as WorkspaceId;
    context.set('principal', { workspace } as AdminVariables['principal']);
    await next();
  });
  mountUsage(app, effects);
});
afterAll(() => recording.stop());

const read = async (query = '', workspace: string = acme) => {
  const response = await app.request(`/admin/usage${query}`, { headers: { 'x-test-workspace': workspace } });
  return { status: response.status, body: await response.json() };
};

describe('GET /admin/usage', () => {
  test('tells the use of the caller’s workspace by hour and by day', async () => {
    const workspace = await createWorkspace(
      { id: acme, name: 'acme', defaultMode: 'acme' as ModeName },
      recording.effects,
    );
    await reserveTurn(workspace, {}, recording.effects);
    await recordTurn(acme, turnAt('2026-03-10T12:10:00Z'), recording.effects);
    const { status, body } = await read();
    expect(status).toBe(200);
    expect(usage.parse(body)).toMatchObject({
      range: '7d',
      limit: { limit: 100, remaining: 99, resets_at: '2026-03-10T13:00:00.000Z' },
      total: { turns: 1, overage: 0, done: 1, input_tokens: 100, cost_micros: 65 },
      hours: [{ hour: '2026-03-10T12:00:00.000Z', turns: 1 }],
    });
    expect((await read('', 'globex')).body).toMatchObject({ total: { turns: 0, done: 0 }, hours: [] });
  });

  test.each([
    ['?range=30d', 30],
    ['?range=3m', 90],
  ])('%s has %i days', async (query, days) => {
    expect(usage.parse((await read(query)).body).days).toHaveLength(days);
  });

  test.each(['?range=1y', '?range=', '?range=__proto__'])('%s is refused', async query => {
    expect(await read(query)).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  });

  test('of a workspace that is gone is not found', async () => {
    expect((await read('', 'nobody')).status).toBe(404);
  });
});
