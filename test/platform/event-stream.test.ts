import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  followEvents,
  type StreamEffects,
  type StreamEvent,
  silenceLimit,
} from '../../functions/platform/portable/event-stream.ts';

const encoder = new TextEncoder();

interface Logged {
  readonly id: number;
  readonly type: string;
  readonly data: object;
}

const frame = ({ id, type, data }: Logged): string =>
  `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
const done = 'event: done\ndata: {"status":"done"}\n\n';

/** A response whose body arrives in these pieces, and then ends or breaks. */
const streamOf = (pieces: readonly Uint8Array[], breaks = false): Response =>
  new Response(
    new ReadableStream<Uint8Array>({
      async start(controller) {
        for (const piece of pieces) {
          controller.enqueue(piece);
          await Promise.resolve();
        }
        if (breaks) controller.error(new TypeError('network error'));
        else controller.close();
      },
    }),
    { headers: { 'content-type': 'text/event-stream; charset=utf-8' } },
  );

const text = (...frames: string[]): Response => streamOf([encoder.encode(frames.join(''))]);

const forever = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(new Error('aborted'));
    signal.addEventListener('abort', () => reject(new Error('aborted')));
  });

/** Waits for silence never end; pauses end at once and are noted. */
function patient(request: StreamEffects['request'], pauses: number[] = []): StreamEffects {
  return {
    request,
    wait: (_, signal) => forever(signal),
    pause: async milliseconds => void pauses.push(milliseconds),
    random: () => 0,
  };
}

async function follow(effects: StreamEffects, signal = new AbortController().signal) {
  const events: StreamEvent[] = [];
  const connections: string[] = [];
  const end = await followEvents(
    { onEvent: event => events.push(event), onConnection: state => connections.push(state) },
    effects,
    signal,
  );
  return { events, end, connections };
}

/** Text that is hard to cut: several bytes a character, line ends, field names, colons. */
const tokens = fc.array(
  fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\n', 'data: x\n\n', 'id: 9', '🙂', '…')),
  {
    minLength: 1,
    maxLength: 12,
  },
);

describe('following a run', () => {
  it('delivers every event once and in order, wherever the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(tokens, fc.array(fc.nat(400), { maxLength: 8 }), async (texts, cuts) => {
        const log = texts.map((token, index) => ({ id: index + 1, type: 'token', data: { text: token } }));
        const bytes = encoder.encode(`: connected\n\n${log.map(frame).join('')}${done}`);
        const places = [0, ...cuts.map(cut => cut % bytes.length).sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        const { events, end } = await follow(patient(async () => streamOf(pieces)));
        expect(events).toEqual(log);
        expect(end).toEqual({ end: 'done', status: 'done' });
      }),
    );
  });

  it('loses and repeats nothing when the connection breaks again and again at any byte', async () => {
    await fc.assert(
      fc.asyncProperty(tokens, fc.array(fc.nat(300), { maxLength: 6 }), async (texts, breaks) => {
        const log = texts.map((token, index) => ({ id: index + 1, type: 'token', data: { text: token } }));
        const left = [...breaks];
        const { events, end } = await follow(
          patient(async lastEventId => {
            const bytes = encoder.encode(`${log.slice(lastEventId).map(frame).join('')}${done}`);
            const at = left.shift();
            return at === undefined ? streamOf([bytes]) : streamOf([bytes.subarray(0, at)], at % 2 === 0);
          }),
        );
        expect(events.map(({ data }) => data['text']).join('')).toBe(texts.join(''));
        expect(end.end).toBe('done');
      }),
    );
  });

  it('drops what a server sends again', async () => {
    const one = frame({ id: 1, type: 'token', data: { text: 'a' } });
    const two = frame({ id: 2, type: 'token', data: { text: 'b' } });
    const { events } = await follow(patient(async () => text(one, two, one, two, done)));
    expect(events.map(({ id }) => id)).toEqual([1, 2]);
  });

  it('asks for what comes after the last event it has', async () => {
    const asked: number[] = [];
    await follow(
      patient(async lastEventId => {
        asked.push(lastEventId);
        return lastEventId === 0 ? text(frame({ id: 1, type: 'token', data: {} })) : text(done);
      }),
    );
    expect(asked).toEqual([0, 1]);
  });

  it('waits longer each time that nothing comes, up to a limit, and starts anew after an event', async () => {
    const pauses: number[] = [];
    let attempt = 0;
    await follow(
      patient(async () => {
        attempt += 1;
        if (attempt === 9) return text(frame({ id: 1, type: 'token', data: {} }));
        if (attempt === 10) return text(done);
        throw new TypeError('offline');
      }, pauses),
    );
    expect(pauses).toEqual([400, 800, 1600, 3200, 6000, 6000, 6000, 6000, 200]);
  });

  it.each([500, 502, 503, 429, 408])(
    'tries again after a %d, and keeps the distance that the server asks for',
    async status => {
      const pauses: number[] = [];
      const answers = [new Response('', { status, headers: { 'retry-after': '7' } }), text(done)];
      const { end, connections } = await follow(patient(async () => answers.shift() ?? text(done), pauses));
      expect(end).toEqual({ end: 'done', status: 'done' });
      expect(pauses).toEqual([7000]);
      expect(connections).toEqual(['lost', 'open']);
    },
  );

  it.each([
    [404, { detail: 'run not found' }, 'run not found'],
    [401, { error: { code: 'unauthorized', message: 'the token has expired' } }, 'the token has expired'],
    [422, { detail: [{ loc: ['path'], msg: 'not a UUID', type: 'x' }] }, 'not a UUID'],
    [403, 'no json', 'The request was not accepted. Reload the page and try again.'],
  ])('gives up on a %d with the words of the server', async (status, body, message) => {
    const { end } = await follow(patient(async () => new Response(JSON.stringify(body), { status })));
    expect(end).toEqual({ end: 'refused', status, message });
  });

  it('takes a page that is no event stream for a broken network', async () => {
    const answers = [
      new Response('<h1>Log in to the Wi-Fi</h1>', { headers: { 'content-type': 'text/html' } }),
      text(done),
    ];
    const { end } = await follow(patient(async () => answers.shift() ?? text(done)));
    expect(end.end).toBe('done');
  });

  it('opens the stream anew after an event that can not be read, without losing the one before', async () => {
    const answers = [
      text(frame({ id: 1, type: 'token', data: { text: 'a' } }), 'id: 2\nevent: token\ndata: {"te\n\n'),
    ];
    const { events } = await follow(
      patient(
        async () => answers.shift() ?? text(frame({ id: 2, type: 'token', data: { text: 'b' } }), done),
      ),
    );
    expect(events.map(({ data }) => data['text'])).toEqual(['a', 'b']);
  });

  it('opens the stream anew when the server falls silent', async () => {
    let attempt = 0;
    const silent = new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } });
    const { end } = await follow({
      request: async () => (++attempt === 1 ? silent : text(done)),
      wait: async (milliseconds, signal) => {
        expect(milliseconds).toBe(silenceLimit);
        if (attempt === 1) return;
        await forever(signal);
      },
      pause: async () => {},
      random: () => 0,
    });
    expect([attempt, end.end]).toEqual([2, 'done']);
  });

  it('ends when the reader leaves, in mid-stream and in a pause', async () => {
    const leaving = new AbortController();
    const open = new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } });
    const following = follow(
      patient(async () => open),
      leaving.signal,
    );
    await Promise.resolve();
    leaving.abort(new Error('left'));
    expect((await following).end).toEqual({ end: 'left' });

    const pausing = new AbortController();
    const effects = patient(async () => Promise.reject(new TypeError('offline')));
    const second = await follow(
      { ...effects, pause: async () => pausing.abort(new Error('left')) },
      pausing.signal,
    );
    expect(second.end).toEqual({ end: 'left' });
  });
});
