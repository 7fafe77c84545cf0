import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

test('openapi.json tells both statuses of reading a page: with the result, and before it', async () => {
  const { paths } = description.parse(await (await world.app.request('/openapi.json')).json());
  const { responses } = paths['/api/scrape-target']?.['post'] ?? {};
  expect(Object.keys(responses ?? {})).toEqual(
    expect.arrayContaining(['200', '202', '400', '401', '403', '404', '502', '504']),
  );
});

describe('openapi.json describes', () => {
  const at = async (path: readonly string[]) => {
    const described: unknown = await (await world.app.request('/openapi.json')).json();
    return path.reduce<unknown>(
      (value, name) => z.record(z.string(), z.unknown()).parse(value)[name],
      described,
    );
  };
  const errorOf = (path: string, method: string, status: string) =>
    at(['paths', path, method, 'responses', status, 'content', 'application/json', 'schema', '$ref']);

  test.each([
    ['/admin/keys', 'post', '400', 'Error'],
    ['/api/threads', 'post', '422', 'DetailError'],
    ['/api/visitors', 'post', '404', 'Error'],
    ['/api/widget/chat', 'post', '403', 'WidgetError'],
  ])('the errors of %s %s (%s) in the shape of its door', async (path, method, status, shape) => {
    expect(await errorOf(path, method, status)).toBe(`#/components/schemas/${shape}`);
  });

  test('an API key as a bearer, in X-API-Key and, where it is taken, in X-API-Token', async () => {
    expect(await at(['components', 'securitySchemes'])).toMatchObject({
      apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      apiToken: { type: 'apiKey', in: 'header', name: 'X-API-Token' },
    });
    const securityOf = (path: string, method: string) => at(['paths', path, method, 'security']);
    expect(await securityOf('/api/threads', 'post')).toEqual([{ bearer: [] }, { apiKey: [] }]);
    expect(await securityOf('/admin/keys', 'get')).toEqual([{ admin: [] }, { apiKey: [] }]);
    expect(await securityOf('/api/talentcentral', 'post')).toEqual([
      { bearer: [] },
      { apiKey: [] },
      { apiToken: [] },
    ]);
    expect(await securityOf('/admin/user', 'get')).toEqual([{ person: [] }]);
  });

  test('that a person may ask the permits mode too, in the workspace of a header', async () => {
    const permits = ['paths', '/api/permitsca', 'post'];
    expect(await at([...permits, 'security'])).toContainEqual({ person: [] });
    expect(await at([...permits, 'parameters'])).toContainEqual(
      expect.objectContaining({ in: 'header', name: 'X-Workspace-Id' }),
    );
  });

  test('itself, as an object', async () => {
    expect(
      await at([
        'paths',
        '/openapi.json',
        'get',
        'responses',
        '200',
        'content',
        'application/json',
        'schema',
      ]),
    ).toMatchObject({ type: 'object', required: ['openapi', 'info', 'paths'] });
  });
});
