import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runHere, start } from './switchboard.ts';

/** What the next connection to the run's events is answered with; each is used once. */
type Connection = (response: ServerResponse, lastEventId: string | undefined) => void;

const run = '5f1d7a84-6c1b-4b0e-9a3c-2d9f1f0e7b11';
const thread = '0b9a4f52-31c7-4f7e-8a58-6a7f0c7f2f10';
const key = `sb_live_${'K'.repeat(43)}`;

let server: Server;
let url: string;
let connections: Connection[] = [];
let resumedFrom: (string | undefined)[] = [];
let posted: { path: string; body: unknown }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  connections = [];
  resumedFrom = [];
  posted = [];
});

/** The runs API as its contract has it, but for the stream, which is the test's. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '';
  if (request.method === 'POST') {
    let text = '';
    for await (const piece of request) text += String(piece);
    posted.push({ path, body: text === '' ? undefined : JSON.parse(text) });
    const existing = {
      detail: { message: 'a user of this name exists', user_id: 7, name: 'switchboard ask' },
    };
    const replies: Record<string, [number, object]> = {
      '/api/users': [401, existing],
      '/api/threads': [200, { thread_id: thread }],
      [`/api/threads/${thread}/messages`]: [200, { run_id: run }],
      [`/api/runs/${run}/cancel`]: [200, { ok: true, status: 'canceled' }],
    };
    const [status, reply] = replies[path] ?? [404, { detail: 'no such route' }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
    return;
  }
  const lastEventId = request.headers['last-event-id'];
  resumedFrom.push(typeof lastEventId === 'string' ? lastEventId : undefined);
  const next = connections.shift();
  if (!next) return void response.writeHead(500).end();
  next(response, typeof lastEventId === 'string' ? lastEventId : undefined);
}

const frame = (event: string, data: object, id?: number) =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
const token = (text: string, id: number) => frame('token', { text }, id);
const done = (status = 'done') => frame('done', { status });
const final = (text: string, id: number, sources: object[] = []) => frame('final', { text, sources }, id);
const streaming =
  (frames: string[], ending: 'close' | 'cut' | 'hold' = 'close'): Connection =>
  response => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': connected\n\n');
    response.write(frames.join(''), () => {
      if (ending === 'close') response.end();
      if (ending === 'cut') setTimeout(() => response.destroy(), 50);
    });
  };
const failing =
  (status: number, body: string): Connection =>
  response =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(body);

const env = () => ({ SWITCHBOARD_URL: url, SWITCHBOARD_API_KEY: key });
const ask = (...flags: string[]) => runHere(['ask', 'When is it open?', ...flags], env());
const source = {
  n: 1,
  id: 'd1',
  title: 'Opening hours',
  url: 'https://www.example.org/hours#saturday',
  excerpt: 'e',
  score: 1,
  heading: 'Saturday',
};
const whole = [token('Open ', 1), token('at nine [1]', 2), final('Open at nine [1]', 3, [source]), done()];

describe('an answer', () => {
  test('is printed with its numbered sources', async () => {
    connections = [streaming(whole)];
    expect(await ask('--mode', 'library')).toEqual({
      code: 0,
      stderr: '',
      stdout:
        'Open at nine [1]\n\n[1] Opening hours - Saturday\n    https://www.example.org/hours#saturday\n',
    });
    expect(posted.map(({ body }) => body)).toEqual([
      { name: 'switchboard ask' },
      { user_id: 7, mode: 'library' },
      { content: 'When is it open?' },
    ]);
  });

  test('is one JSON object with --json', async () => {
    connections = [streaming(whole)];
    const { code, stdout, stderr } = await ask('--json');
    expect([code, stderr, stdout.split('\n').length]).toEqual([0, '', 2]);
    expect(JSON.parse(stdout)).toEqual({
      answer: 'Open at nine [1]',
      sources: [source],
      run_id: run,
      thread_id: thread,
      status: 'done',
    });
  });
});

describe('a stream that breaks', () => {
  test.each(['close', 'cut'] as const)('(%s) is resumed after the last event that came', async ending => {
    connections = [
      streaming([token('Open ', 1)], ending),
      streaming([], ending),
      streaming([token('at nine', 2)], ending),
      streaming([final('Open at nine', 3), done()]),
    ];
    expect((await ask()).stdout).toBe('Open at nine\n');
    expect(resumedFrom).toEqual([undefined, '1', '1', '2']);
  });

  test('in the middle of an event loses and repeats nothing', async () => {
    const second = token('at ', 2);
    connections = [
      streaming([token('Open ', 1), second.slice(0, second.length - 9)], 'cut'),
      streaming([second, token('nine', 3), final('Open at nine', 4), done()]),
    ];
    expect((await ask()).stdout).toBe('Open at nine\n');
    expect(resumedFrom).toEqual([undefined, '1']);
  });

  test('while the system starts again is taken up when it is back', async () => {
    connections = [failing(503, '{"detail":"starting"}'), failing(502, 'Bad Gateway'), streaming(whole)];
    expect((await ask()).code).toBe(0);
  });

  test('that is refused is not tried again', async () => {
    connections = [failing(404, '{"detail":"run not found"}')];
    expect(await ask()).toMatchObject({ code: 1, stderr: 'run not found\n' });
    expect(resumedFrom).toHaveLength(1);
  });
});

test('a run that another process takes over is told once, from its new beginning', async () => {
  const reset = frame('state', { status: 'running', attempt: 2, reset: true }, 3);
  connections = [
    streaming([token('Open ', 1), token('at te', 2)], 'cut'),
    streaming([reset, token('Open ', 4), token('at nine', 5), final('Open at nine', 6), done()]),
  ];
  const { stdout } = await ask('--json');
  expect(JSON.parse(stdout)).toMatchObject({ answer: 'Open at nine', status: 'done' });
});

describe('a run without an answer', () => {
  const failed = [frame('error', { error: 'the model does not answer' }, 1), done('error')];

  test('says why, and exits with 1', async () => {
    connections = [streaming(failed)];
    const { code, stderr } = await ask();
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^the model does not answer\n/)]);
  });

  test('says where an operator finds more: the health, and the log, by the run', async () => {
    connections = [streaming(failed)];
    const { stderr } = await ask();
    expect(stderr).toContain(`${url}/api/health`);
    expect(stderr).toMatch(new RegExp(`log.* ${run}.*\\.local/log`));
  });

  test('says why on a line of its own, below what it had written', async () => {
    connections = [
      streaming([token('Open at', 1), frame('error', { error: 'it fell silent' }, 2), done('error')]),
    ];
    expect(await ask()).toMatchObject({
      code: 1,
      stdout: 'Open at\n',
      stderr: expect.stringMatching(/^it fell silent\n/),
    });
  });

  test('says so in JSON too', async () => {
    connections = [streaming(failed)];
    const { code, stdout } = await ask('--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'error', error: 'the model does not answer' });
  });

  test('that was canceled elsewhere says that', async () => {
    connections = [streaming([frame('canceled', { reason: 'canceled' }, 1), done('canceled')])];
    expect(await ask()).toMatchObject({ code: 1, stderr: 'The run was canceled.\n' });
  });
});

test('Ctrl-C cancels the run and exits with 130', async () => {
  connections = [streaming([token('Open ', 1)], 'hold')];
  const running = start(['ask', 'When is it open?'], env());
  await running.says(/Open/);
  running.signal('SIGINT');
  expect(await running.ended).toMatchObject({ code: 130, stdout: 'Open \n' });
  expect(posted.at(-1)?.path).toBe(`/api/runs/${run}/cancel`);
});
