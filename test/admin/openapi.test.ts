import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { type AdminWorld, startAdmin } from './admin-world.ts';

let world: AdminWorld;
beforeAll(async () => {
  world = await startAdmin();
});
afterAll(() => world.stop());

const description = z.object({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ responses: z.looseObject({}) }))),
});

test('openapi.json tells anybody every operation that the contract names', async () => {
  const reply = await world.app.request('/openapi.json');
  expect(reply.status).toBe(200);
  const { openapi, paths } = description.parse(await reply.json());
  expect(openapi).toBe('3.1.0');
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method} ${path}`),
  );
  expect(operations).toEqual(
    expect.arrayContaining([
      'post /api/users',
      'post /api/threads',
      'get /api/threads/{thread_id}',
      'post /api/threads/{thread_id}/messages',
      'get /api/runs/{run_id}',
      'get /api/runs/{run_id}/events',
      'post /api/runs/{run_id}/cancel',
      'post /api/visitors',
      'get /api/health',
      'post /ask',
      'get /openapi.json',
    ]),
  );
  expect(paths['/api/runs/{run_id}/events']?.['get']?.responses['200']).toHaveProperty([
    'content',
    'text/event-stream',
  ]);
});
