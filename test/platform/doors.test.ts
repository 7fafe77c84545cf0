import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { appOfDoors } from '../../functions/platform/http/doors.ts';

function house() {
  const opened: string[] = [];
  const door = (name: string) => async () => {
    opened.push(name);
    return new Hono().all('*', ({ req, env }) => Response.json({ name, method: req.method, env }));
  };
  const areas = { runs: ['/api/threads', '/api/runs'], widget: ['/api/widget'] };
  return { opened, app: appOfDoors(areas, { runs: door('runs'), widget: door('widget') }, 'runs') };
}

test('a door is opened by the first request that comes to it, and once', async () => {
  const { opened, app } = house();
  expect(opened).toEqual([]);
  await Promise.all([app.request('/api/widget/config'), app.request('/api/widget')]);
  expect(opened).toEqual(['widget']);
  await app.request('/api/threads');
  expect(opened).toEqual(['widget', 'runs']);
});

test.each([
  ['/api/widget', 'widget'],
  ['/api/widget/chat/stream', 'widget'],
  ['/api/widgets', 'runs'],
  ['/', 'runs'],
])('%s comes to the %s', async (path, name) => {
  const reply = await house().app.request(path);
  expect(await reply.json()).toMatchObject({ name });
});

test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s comes to its door', async method => {
  const reply = await house().app.request('/api/threads', { method }, { requestContext: {} });
  expect(await reply.json()).toEqual({ name: 'runs', method, env: { requestContext: {} } });
});

test('HEAD is answered like GET, without a body', async () => {
  const reply = await house().app.request('/api/threads', { method: 'HEAD' });
  expect([reply.status, reply.headers.get('content-type'), await reply.text()]).toEqual([
    200,
    'application/json',
    '',
  ]);
});
