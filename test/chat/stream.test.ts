import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endOfLog } from '../../functions/chat/run/event-log.ts';
import type { StoredEvent } from '../../functions/chat/run/turn.ts';
import { type ChatWorld, saying, source, stalling, startChat } from './chat-world.ts';
import { turnOf } from './death.ts';
import { type Frame, readFrames, shown, types } from './frames.ts';

let chat: ChatWorld;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat.stop());
beforeEach(() => {
  chat.world.answer = saying(['Hello', ' ', 'world', '.']);
});

const happy = ['tool_start', 'tool_end', 'token', 'token', 'token', 'token', 'final', 'state', 'done'];

describe('the stream of a run', () => {
  test('has the headers of an event stream and begins with a comment', async () => {
    const { events } = await chat.ask();
    const response = await chat.open(events);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    // Set by the server that owns the connection; on Lambda they break the reply.
    expect(response.headers.has('transfer-encoding')).toBe(false);
    expect(response.headers.has('connection')).toBe(false);
    const { comments, text } = await readFrames(response);
    expect(text.startsWith(': connected\n\n')).toBe(true);
    expect(comments[0]).toBe('connected');
  });

  test('tells the happy path in order, then done', async () => {
    const { events } = await chat.ask('Open on Monday?');
    const { frames } = await chat.follow(events);
    expect(types(frames)).toEqual(happy);
    expect(frames.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', undefined]);
    expect(frames[0]?.data).toEqual({ tool: 'rag.search', input: { query: 'Open on Monday?' } });
    expect(frames[1]?.data).toEqual({ tool: 'rag.search', output: { sources: ['doc-1'], chunks: 1 } });
    expect(frames[6]?.data).toEqual({ text: 'Hello world.', sources: [source] });
    expect(frames[7]?.data).toEqual({ status: 'done' });
    expect(frames[8]?.data).toEqual({ status: 'done' });
  });

  test('frames each event as three lines, with text as it is', async () => {
    chat.world.answer = saying(['Größe\n„ß“ 漢字 🎈']);
    const { events } = await chat.ask();
    const { text } = await chat.follow(events);
    expect(text).toContain('id: 3\nevent: token\ndata: {"text":"Größe\\n„ß“ 漢字 🎈"}\n\n');
    expect(text.endsWith('event: done\ndata: {"status":"done"}\n\n')).toBe(true);
  });

  test('of a finished run is told whole again, and resumed at every number without gap or repetition', async () => {
    const { events } = await chat.ask();
    const { frames } = await chat.follow(events);
    expect(await chat.follow(events)).toMatchObject({ frames });
    for (let cursor = 0; cursor <= 8; cursor++) {
      chat.restart();
      const resumed = await chat.follow(events, String(cursor));
      expect(resumed.frames, `after ${cursor}`).toEqual(frames.slice(cursor));
    }
  });

  test.each([
    ['garbage', 'abc', 9],
    ['a negative number', '-3', 9],
    ['a fraction', '2.5', 9],
    ['a number with text', '3x', 9],
    ['nothing', '', 9],
    ['Arabic digits', '٣', 9],
    ['a number beyond the log', '4711', 1],
    ['a huge number', '9'.repeat(40), 1],
  ])('takes %s as Last-Event-ID', async (_, cursor, length) => {
    const { events } = await chat.ask();
    await chat.follow(events);
    expect((await chat.follow(events, encodeURI(cursor))).frames).toHaveLength(length);
  });

  test('is told to many at once, each whole, by one execution', async () => {
    const { events } = await chat.ask();
    chat.world.asked.length = 0;
    const all = await Promise.all(Array.from({ length: 5 }, () => chat.follow(events)));
    for (const { frames } of all) expect(types(frames)).toEqual(happy);
    expect(chat.world.asked).toHaveLength(1);
  });

  test('sends the first token at once and later ones in batches, each stored before it is told', async () => {
    const said: number[] = [];
    const words = Array.from({ length: 30 }, (_, i) => `${i} `);
    chat.world.answer = saying(words, async i => {
      await new Promise(resolve => setTimeout(resolve, 10));
      said.push(i);
    });
    const { events, run } = await chat.ask();
    const response = await chat.open(events);
    const stored: Promise<void>[] = [];
    const { frames } = await readFrames(response, got => {
      const last = got.at(-1)?.id;
      if (last !== undefined) stored.push(expectStored(run, Number(last)));
      return false;
    });
    await Promise.all(stored);
    expect(shown(frames)).toBe(words.join(''));
    const batches = await Array.fromAsync(chat.table.query(`WS#acme#RUN#${run}`, { prefix: 'EVENT#' }));
    // One for the first token, then one after 100 and one after 200 ms; the turn holds the last of them and the end.
    expect(batches.length).toBeLessThan(8);
    expect(batches.length).toBeGreaterThan(1);
  });

  async function expectStored(run: string, seq: number) {
    const low = 'EVENT#0000000000000001';
    const high = `EVENT#${String(seq).padStart(16, '0')}`;
    const items = await Array.fromAsync(chat.table.query(`WS#acme#RUN#${run}`, { between: [low, high] }));
    const events = items.flatMap(item => JSON.parse(String(item['events'])) as StoredEvent[]);
    events.push(...(endOfLog(await turnOf(chat, run)) ?? []));
    expect(events.some(event => event.seq === seq)).toBe(true);
  }
});

describe('HEAD of a stream', () => {
  test('answers the headers and runs nothing', async () => {
    const { events, run } = await chat.ask();
    const response = await chat.request('HEAD', events);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(await response.text()).toBe('');
    expect((await chat.json('GET', `/api/runs/${run}`)).body.status).toBe('queued');
    const unknown = events.replace(run, '00000000-0000-4000-8000-000000000000');
    expect((await chat.request('HEAD', unknown)).status).toBe(404);
  });
});

describe('cancel', () => {
  const cancelOf = (run: string) => chat.json('POST', `/api/runs/${run}/cancel`);
  const begun = (frames: readonly Frame[]) => frames.some(({ event }) => event === 'token');

  test('of a stalled run ends its stream with canceled and state, and aborts the provider', async () => {
    const seen: { aborted?: unknown } = {};
    chat.world.answer = stalling(['Let me', ' think'], seen);
    const { events, run, thread } = await chat.ask();
    let canceled: Promise<unknown> | undefined;
    const { frames } = await readFrames(await chat.open(events), got => {
      if (begun(got)) canceled ??= cancelOf(run);
      return false;
    });
    expect(await canceled).toMatchObject({ body: { ok: true, status: 'canceled' } });
    expect(types(frames).slice(-3)).toEqual(['canceled', 'state', 'done']);
    expect(frames.at(-3)?.data).toEqual({ reason: 'canceled' });
    expect(frames.at(-2)?.data).toEqual({ status: 'canceled' });
    expect(frames.at(-1)).toEqual({ event: 'done', data: { status: 'canceled' } });
    expect(seen.aborted).toBeDefined();
    const { body } = await chat.json('GET', `/api/threads/${thread}`);
    expect(body.messages).toMatchObject([{ role: 'user', status: 'canceled' }]);
  });

  test('from another process reaches the run as well', async () => {
    const seen: { aborted?: unknown } = {};
    chat.world.answer = stalling(['Hm'], seen);
    const { events, run } = await chat.ask();
    const response = await chat.open(events);
    let canceled: Promise<unknown> | undefined;
    const { frames } = await readFrames(response, got => {
      if (begun(got) && !canceled) {
        chat.restart();
        canceled = cancelOf(run);
      }
      return false;
    });
    await canceled;
    expect(types(frames)).toEqual(['token', 'canceled', 'state', 'done']);
    expect(seen.aborted).toBeDefined();
  });

  test('of a queued run is told by its stream; the run is never executed', async () => {
    const { events, run } = await chat.ask();
    chat.world.asked.length = 0;
    await cancelOf(run);
    const { frames } = await chat.follow(events);
    expect(types(frames)).toEqual(['canceled', 'state', 'done']);
    await chat.deliver(run);
    expect(chat.world.asked).toHaveLength(0);
  });
});

describe('a failing answer', () => {
  test('ends with error and state; GET run shows the same text', async () => {
    chat.world.answer = async function* () {
      yield { type: 'token', text: 'So' };
      throw new Error('password=hunter2 at https://provider.example/?key=secret');
    };
    const { events, run } = await chat.ask();
    const { frames, text } = await chat.follow(events);
    expect(types(frames)).toEqual(['token', 'error', 'state', 'done']);
    expect(frames[2]?.data).toEqual({ status: 'error' });
    expect(frames[3]?.data).toEqual({ status: 'error' });
    const { body } = await chat.json('GET', `/api/runs/${run}`);
    expect(body).toMatchObject({ status: 'error', error: frames[1]?.data.error });
    expect(body.error).toMatch(/ask again/);
    expect(text).not.toMatch(/hunter2|secret/);
  });

  test('that ends without its final event is an error too', async () => {
    chat.world.answer = async function* () {
      yield { type: 'token', text: 'So' };
    };
    expect(types((await chat.follow((await chat.ask()).events)).frames)).toEqual([
      'token',
      'error',
      'state',
      'done',
    ]);
  });

  test('that never stops talking is cut', async () => {
    chat.world.answer = async function* () {
      for (;;) yield { type: 'token', text: 'blah '.repeat(1000) };
    };
    const { frames } = await chat.follow((await chat.ask()).events);
    expect(frames.findLast(({ event }) => event === 'error')?.data.error).toBe('the answer became too long');
  });
});

describe('the runs of a thread', () => {
  test('execute in order, each with its own question and the history before it', async () => {
    const thread = await chat.newThread();
    const first = await chat.ask('One?', thread);
    const second = await chat.ask('Two?', thread);
    chat.world.asked.length = 0;
    chat.world.answer = request =>
      saying([`answer to ${request.question}`])(request, new AbortController().signal);
    // Whoever waits for the second helps the first along.
    const { frames } = await chat.follow(second.events);
    expect(shown(frames)).toBe('answer to Two?');
    expect(shown((await chat.follow(first.events)).frames)).toBe('answer to One?');
    expect(chat.world.asked.map(({ question, history }) => [question, history])).toEqual([
      ['One?', []],
      [
        'Two?',
        [
          { role: 'user', text: 'One?' },
          { role: 'assistant', text: 'answer to One?' },
        ],
      ],
    ]);
  });

  test('posted at once take different places', async () => {
    const thread = await chat.newThread();
    const asked = await Promise.all(Array.from({ length: 6 }, (_, i) => chat.ask(`Question ${i}`, thread)));
    const { body } = await chat.json('GET', `/api/threads/${thread}`);
    expect(body.messages.map(({ run_id: run }: { run_id: string }) => run).sort()).toEqual(
      asked.map(({ run }) => run).sort(),
    );
  });

  test('do not begin before an earlier one that runs, though the one between is canceled', async () => {
    const thread = await chat.newThread();
    let release = () => {};
    const held = new Promise<void>(resolve => {
      release = resolve;
    });
    chat.world.answer = request =>
      saying([request.question], async () => (request.question === 'One?' ? held : undefined))(
        request,
        new AbortController().signal,
      );
    const [one, two, three] = [
      await chat.ask('One?', thread),
      await chat.ask('Two?', thread),
      await chat.ask('Three?', thread),
    ];
    const first = chat.follow(one.events);
    await expect
      .poll(async () => (await chat.json('GET', `/api/runs/${one.run}`)).body.status)
      .toBe('running');
    await chat.json('POST', `/api/runs/${two.run}/cancel`);
    const third = chat.follow(three.events);
    await new Promise(resolve => setTimeout(resolve, 300));
    expect((await chat.json('GET', `/api/runs/${three.run}`)).body.status).toBe('queued');
    release();
    expect(shown((await first).frames)).toBe('One?');
    expect(shown((await third).frames)).toBe('Three?');
  });

  test('wait twenty at most', async () => {
    const thread = await chat.newThread();
    for (let i = 0; i < 20; i++) await chat.ask(`Question ${i}`, thread);
    expect(await chat.json('POST', `/api/threads/${thread}/messages`, { content: 'one more' })).toMatchObject(
      {
        status: 429,
        body: { detail: expect.stringContaining('20 messages') },
      },
    );
  });
});
