import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chatApp } from '../../functions/chat/routes.ts';
import { widgetEvents } from '../../functions/chat/widget/schema.ts';
import { CallerError } from '../../functions/platform/errors.ts';
import { ModelError } from '../../functions/platform/models/model.ts';
import { ensureMode } from '../../functions/assistant/index.ts';
import { updateWidget } from '../../functions/tenants/widgets/store.ts';
import { updateWorkspace } from '../../functions/tenants/workspaces/store.ts';
import { type Answer, type ChatWorld, jsonOf, saying, source } from './chat-world.ts';
import { types } from './frames.ts';
import { chunks, framesOf, page, question, resumeOf, startWidget, type WidgetWorld } from './widget-world.ts';

let widget: WidgetWorld;
let chat: ChatWorld;
beforeAll(async () => {
  widget = await startWidget();
  ({ chat } = widget);
});
afterAll(() => chat.stop());
beforeEach(async () => {
  chat.world.answer = saying(['Hello', ' ', 'world', ' [1].']);
  chat.world.asked = [];
  await updateWorkspace(chat.workspace, { status: 'active', hourlyLimit: undefined }, chat.effects);
});

describe('the widget', () => {
  test('is told how it looks, and what its mode offers', async () => {
    expect(await jsonOf(await widget.call('GET', '/config'))).toMatchObject({
      status: 200,
      body: {
        widget: {
          primaryColor: '#3b82f6',
          position: 'bottom-right',
          welcomeMessage: 'Hi! How can I help?',
          widgetName: 'Support',
          mode: 'default',
          quickPrompts: [],
        },
      },
    });
  });

  test('is answered by the mode that its page names, where the settings allow that one, in a conversation of its own', async () => {
    await ensureMode(chat.workspace, { name: 'tickets', title: 'Tickets' }, chat.effects);
    await ensureMode(chat.workspace, 'internal', chat.effects);
    const allow = (otherModes: string[]) => updateWidget(chat.workspace, { otherModes }, chat.effects);
    await allow(['tickets', 'deleted']);
    const { sessionId } = question();
    const named = ['tickets', 'internal', 'other', 'deleted', '', undefined];
    for (const mode of named) await widget.ask(question({ sessionId, mode }));
    await widget.ask(question({ sessionId, mode: 'tickets' }));
    expect(chat.world.asked.map(({ mode }) => mode)).toEqual([
      'tickets',
      ...named.slice(1).map(() => 'default'),
      'tickets',
    ]);
    expect(chat.world.asked.at(-1)?.history).toHaveLength(2);
    const configOf = async (mode: string) =>
      (await jsonOf(await widget.call('GET', `/config?mode=${mode}`))).body.widget;
    expect(await configOf('tickets')).toMatchObject({ mode: 'tickets', title: 'Tickets' });
    for (const mode of named.slice(1)) expect((await configOf(mode ?? '')).mode).toBe('default');
    await allow([]);
    expect((await configOf('tickets')).mode).toBe('default');
  });

  test('gets a whole answer with its sources', async () => {
    const body = question({
      metadata: { userAgent: 'x', pageUrl: `${page}/a?b`, customFields: { plan: 'x' } },
    });
    const reply = await jsonOf(await widget.call('POST', '/chat', body));
    const { id, ...rest } = source;
    expect(reply.body).toEqual({
      response: 'Hello world [1].',
      sessionId: body.sessionId,
      sources: [{ documentId: id, ...rest }],
    });
    expect(reply.headers.get('x-ratelimit-limit')).toBe('100');
  });

  test('gets a stream of start, chunk, sources, usage and done, each of its documented shape', async () => {
    const frames = await widget.ask();
    const order = types(frames).filter((type, i, all) => type !== all[i - 1]);
    expect(order).toEqual(['start', 'chunk', 'sources', 'usage', 'done']);
    expect(chunks(frames)).toBe('Hello world [1].');
    expect(frames.at(-1)).toEqual({ event: 'done', data: '[DONE]' });
    for (const { event, data } of frames.slice(0, -1)) {
      expect(() => widgetEvents[event as keyof typeof widgetEvents].parse(data), event).not.toThrow();
    }
    const { id, ...rest } = source;
    const cited = frames.filter(({ data }) => JSON.stringify(data).includes('[1]'));
    expect(cited.map(({ data }) => data)).toEqual([
      { text: ' [1].', sources: [{ documentId: id, ...rest }] },
    ]);
    expect(frames.find(({ event }) => event === 'usage')?.data).toEqual({
      promptTokens: 1,
      completionTokens: 4,
      totalTokens: 5,
      cached: false,
    });
  });

  test('text that looks like JSON, like events or like the end arrives as it is', async () => {
    const words = ['[DONE]', '\n\nevent: error\ndata: x\n\n', '"quoted"', '42', 'true', '\r\u2028'];
    chat.world.answer = saying(words);
    expect(chunks(await widget.ask())).toBe(words.join(''));
  });

  test('resumes after any number without losing or repeating anything', async () => {
    const frames = await widget.ask();
    const numbered = frames.filter(({ id }) => id !== undefined);
    expect(numbered.length).toBeGreaterThan(1);
    for (const { id = '' } of numbered) {
      const rest = await widget.resume(frames, id);
      const after = frames.findIndex(frame => frame.id === id) + 1;
      expect(rest.slice(1), `after ${id}`).toEqual(frames.slice(after));
    }
  });

  test('is told with every reply what is left of the hour, also when it comes back and when the answer failed', async () => {
    const left = ({ headers }: Response) =>
      ['limit', 'remaining', 'reset'].map(name => Number(headers.get(`x-ratelimit-${name}`)));
    const [limit = 0, before = 0, reset = 0] = left(await widget.call('GET', '/config'));
    expect([limit, before > 0, reset * 1000 > Date.now()]).toEqual([100, true, true]);
    const asked = await widget.call('POST', '/chat/stream', question());
    expect(left(asked)).toEqual([limit, before - 1, reset]);
    const headers = { 'x-api-key': widget.key, Origin: page };
    const path = resumeOf(await framesOf(asked));
    for (const method of ['GET', 'HEAD']) {
      const again = await chat.bare(method, path, undefined, headers);
      expect(left(again)).toEqual([limit, before - 1, reset]);
      await again.text();
    }
    chat.world.answer = failing(new Error('no model'));
    expect(left(await widget.call('POST', '/chat', question()))).toEqual([limit, before - 2, reset]);
  });

  test('asking whether a stream is there begins nothing', async () => {
    const frames = await widget.ask();
    const head = await chat.bare('HEAD', resumeOf(frames), undefined, {
      'x-api-key': widget.key,
      Origin: page,
    });
    expect(head.status).toBe(200);
  });

  test('goes on in the conversation of its session, and of no other', async () => {
    const own = question();
    await widget.call('POST', '/chat', own);
    await widget.call('POST', '/chat', { ...own, message: 'And on Sundays?' });
    await widget.call('POST', '/chat', question());
    expect(chat.world.asked.map(({ history }) => history.length)).toEqual([0, 2, 0]);
    await chat.bare('POST', '/api/widget/chat', own, { 'x-api-key': widget.otherKey, Origin: page });
    expect(chat.world.asked.at(-1)).toMatchObject({ workspace: 'umbrella', history: [] });
  });

  test('of another workspace can not read the answer, nor a run of another door', async () => {
    const frames = await widget.ask();
    const read = (path: string, with_: string) =>
      chat.bare('GET', path, undefined, { 'x-api-key': with_, Origin: page });
    expect((await read(resumeOf(frames), widget.otherKey)).status).toBe(404);
    const { run } = await chat.ask();
    expect((await read(`/api/widget/chat/stream/${run}`, widget.key)).status).toBe(404);
  });

  test('health is 200 whatever the state', async () => {
    const healthy = await jsonOf(await chat.bare('GET', '/api/widget/health'));
    expect(healthy).toMatchObject({
      status: 200,
      body: { status: 'ok', timestamp: expect.any(String), services: { express: true, pythonBackend: true } },
    });
    const get = async () => {
      throw new Error('table is on fire');
    };
    const broken = chatApp({ ...chat.effects, chat: { ...chat.effects.chat, get } });
    expect(await jsonOf(await broken.request('/api/widget/health'))).toMatchObject({
      status: 200,
      body: { status: 'degraded', services: { express: true, pythonBackend: false } },
    });
  });
});

const failing = (error: Error): Answer =>
  // oxlint-disable-next-line require-yield -- it fails before it says anything
  async function* () {
    throw error;
  };

describe('an answer that fails', () => {
  test.each<[string, Error, number, string, string]>([
    [
      'the provider is out of reach',
      new ModelError('unreachable', 'no model'),
      503,
      'SERVICE_UNAVAILABLE',
      'SERVICE_UNAVAILABLE',
    ],
    ['the provider is too slow', new ModelError('timeout', 'too slow'), 504, 'TIMEOUT', 'TIMEOUT'],
    [
      'the answer is of no use',
      new CallerError('bad_gateway', 'too long'),
      500,
      'INTERNAL_ERROR',
      'PROCESSING_ERROR',
    ],
    ['a defect', new Error('secret-token'), 500, 'INTERNAL_ERROR', 'PROCESSING_ERROR'],
  ])('%s', async (_, error, status, code, streamCode) => {
    chat.world.answer = failing(error);
    const reply = await jsonOf(await widget.call('POST', '/chat', question()));
    expect(reply).toMatchObject({ status, body: { error: { code }, traceId: expect.any(String) } });
    expect(JSON.stringify(reply.body)).not.toContain('secret-token');
    const frames = await widget.ask();
    expect(types(frames)).toEqual(['start', 'error']);
    expect(frames.at(-1)?.data).toEqual({ code: streamCode, message: expect.any(String) });
    const { resume } = frames[0]?.data ?? {};
    const again = await framesOf(
      await chat.bare('GET', resume, undefined, {
        'x-api-key': widget.key,
        Origin: page,
        'Last-Event-ID': '99',
      }),
    );
    expect(types(again)).toEqual(['start', 'error']);
  });

  test('is told to begin anew after a takeover: a reset voids the chunks', async () => {
    chat.world.answer = async function* () {
      yield { type: 'token', text: 'Half' };
      await new Promise(() => {});
    };
    const cut = await framesOf(
      await widget.call('POST', '/chat/stream', question()),
      got => chunks(got) !== '',
    );
    chat.restart();
    chat.world.answer = saying(['Whole.']);
    chat.world.ahead += 60_000;
    const frames = await widget.resume(cut, '1');
    expect(types(frames)).toEqual(['start', 'reset', 'chunk', 'sources', 'usage', 'done']);
    expect(chunks(frames)).toBe('Whole.');
    chat.world.ahead = 0;
  });
});
