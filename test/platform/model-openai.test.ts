import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../functions/platform/clock.ts';
import { ModelError, searchTool } from '../../functions/platform/model.ts';
import { type OpenAiLimits, openAiModel } from '../../functions/platform/openai-model.ts';
import { about, hours, never, request, respond } from '../support/model-requests.ts';
import {
  calls,
  type OpenAiFake,
  type Reply,
  says,
  saysWords,
  startOpenAiFake,
} from '../support/openai-fake.ts';

let fake: OpenAiFake;
beforeAll(async () => {
  fake = await startOpenAiFake();
});
afterAll(() => fake.stop());
afterEach(() => {
  expect(fake.complaints).toEqual([]);
  fake.reset();
});

/** Long enough for a busy machine; a test of a time limit shortens that one. */
const patient: Partial<OpenAiLimits> = { firstEvent: 20_000, idle: 20_000, total: 25_000, retryDelay: 5 };
const model = (
  changes: { apiKey?: string; model?: string; baseUrl?: string; limits?: Partial<OpenAiLimits> } = {},
) =>
  openAiModel(
    { apiKey: fake.apiKey, model: 'gpt-5-mini', baseUrl: fake.url, limits: patient, ...changes },
    systemClock,
  );
const ask = (changes?: Parameters<typeof model>[0]) => respond(model(changes), request('Who founded it?'));
const failureOf = (asked: Promise<unknown>): Promise<ModelError> =>
  asked.then(
    () => expect.fail('it succeeded'),
    (error: unknown) =>
      error instanceof ModelError ? error : expect.fail(`not a ModelError: ${String(error)}`),
  );

describe('what is sent to the provider', () => {
  it('keeps documents out of the instructions: passages are the output of a search call after the question', async () => {
    fake.next(says('Yes.'));
    await respond(model(), {
      ...request('Who founded it?'),
      input: [
        { role: 'user', text: 'Hello' },
        { role: 'assistant', text: 'Hi' },
        { role: 'user', text: 'Who founded it?' },
      ],
    });
    const body = fake.requests[0]?.body;
    expect(body?.instructions).toBe('Answer from the sources.');
    expect(body?.input).toMatchObject([
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi' },
      { role: 'user', content: 'Who founded it?' },
      { type: 'function_call', name: 'search_knowledge', arguments: '{"query":"Who founded it?"}' },
      { type: 'function_call_output' },
    ]);
    const output = JSON.parse((body?.input as { output: string }[])[4]?.output ?? '');
    expect(output.sources).toMatchObject([
      { n: 1, title: 'Visit', section: 'Visit > Opening hours', text: hours.text },
      { n: 2, text: about.text },
    ]);
  });

  it('asks the provider to store nothing, and leaves room for reasoning beside the answer', async () => {
    fake.next(says('Yes.'), says('Yes.'));
    await ask();
    await ask({ model: 'gpt-4.1-mini' });
    expect(fake.requests[0]?.body).toMatchObject({
      store: false,
      stream: true,
      max_output_tokens: 400 + 2048,
      reasoning: { effort: 'low' },
    });
    expect(fake.requests[1]?.body).toMatchObject({ store: false, max_output_tokens: 400 });
    expect(fake.requests[1]?.body).not.toHaveProperty('reasoning');
  });

  it('gives the outputs of calls back in order and can forbid further ones', async () => {
    fake.next(says('Yes.'));
    const call = { id: 'call_a', name: searchTool.name, arguments: '{"query":"founder"}' };
    await respond(model(), {
      ...request('Who founded it?'),
      input: [
        { role: 'user', text: 'Who founded it?' },
        { role: 'tool', call, output: '{"sources":[]}' },
      ],
      toolChoice: 'none',
    });
    expect(fake.requests[0]?.body.tool_choice).toBe('none');
    expect(fake.requests[0]?.body.input).toMatchObject([
      { role: 'user' },
      { call_id: 'call_retrieved' },
      { call_id: 'call_retrieved' },
      { type: 'function_call', call_id: 'call_a', arguments: '{"query":"founder"}' },
      { type: 'function_call_output', call_id: 'call_a', output: '{"sources":[]}' },
    ]);
  });
});

describe('what comes back', () => {
  it('is the deltas as they are, and the usage', async () => {
    fake.next(says('Ada', ' Thor', 'nton [2].'));
    const { events } = await ask();
    expect(events).toMatchObject([
      { type: 'text', text: 'Ada' },
      { type: 'text', text: ' Thor' },
      { type: 'text', text: 'nton [2].' },
      { type: 'end', reason: 'stop', usage: { outputTokens: 3, cachedInputTokens: 0 } },
    ]);
  });

  it('is a tool call with its arguments as written', async () => {
    fake.next(calls('search_knowledge', { query: 'founder' }));
    const { events } = await ask();
    expect(events).toMatchObject([
      { type: 'tool_call', call: { name: 'search_knowledge', arguments: '{"query":"founder"}' } },
      { type: 'end', reason: 'tool_calls' },
    ]);
  });
});

const once = (status: number, code: string | null = null, headers = {}): Reply => ({ status, code, headers });

describe('failures that pass', () => {
  it.each([429, 500, 502, 503, 408])('%i is retried and then answered', async status => {
    fake.next(once(status), once(status), says('Yes.'));
    expect((await ask()).text).toBe('Yes.');
    expect(fake.requests).toHaveLength(3);
  });

  it('waits as long as the provider asks', async () => {
    fake.next(once(429, 'rate_limit_exceeded', { 'retry-after-ms': '250' }), says('Yes.'));
    await ask();
    const [first, second] = fake.requests;
    expect((second?.startedAt ?? 0) - (first?.endedAt ?? 0)).toBeGreaterThan(200);
  });

  it('does not wait for longer than anybody would', async () => {
    fake.next(once(429, 'rate_limit_exceeded', { 'retry-after': '3600' }));
    expect(await failureOf(ask())).toMatchObject({ kind: 'rate_limited' });
    expect(fake.requests).toHaveLength(1);
  });

  it('gives up after three requests', async () => {
    fake.always(() => once(503));
    expect(await failureOf(ask())).toMatchObject({ kind: 'unreachable' });
    expect(fake.requests).toHaveLength(3);
  });

  it('retries a connection that breaks before any text, and a failure reported before any text', async () => {
    fake.next({ steps: [{ do: 'cut' }] }, { steps: [{ do: 'fail', code: 'server_error' }] }, says('Yes.'));
    expect((await ask()).text).toBe('Yes.');
  });

  it('retries where nobody listens, then says that the model can not be reached', async () => {
    const error = await failureOf(ask({ baseUrl: 'http://127.0.0.1:9/v1' }));
    expect(error).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('can not be reached'),
    });
  });
});

const afterText = (...steps: Extract<Reply, { steps: unknown }>['steps']): Reply => ({
  steps: [{ do: 'text', deltas: ['The museum', ' was'] }, ...steps],
});

describe('failures that end the response, never retried once text was given out', () => {
  it.each<[string, Reply, ModelError['kind'], RegExp]>([
    ['cut in mid-stream', afterText({ do: 'cut' }), 'unreachable', /broke off|can not be reached/],
    ['ended without completing', afterText({ do: 'stop' }), 'unreachable', /broke off/],
    ['stalled in mid-stream', afterText({ do: 'stall' }), 'timeout', /stopped in the middle/],
    [
      'garbage bytes',
      afterText({ do: 'bytes', bytes: 'data: {"type": \u0001\u0002 not json\n\n' }),
      'garbled',
      /can not be read/,
    ],
    [
      'an event that is none',
      afterText({ do: 'bytes', bytes: 'data: null\n\n' }),
      'garbled',
      /can not be read/,
    ],
    [
      'an event without its fields',
      afterText({ do: 'bytes', bytes: 'data: {"type":"response.output_text.delta"}\n\n' }),
      'garbled',
      /can not be read/,
    ],
    ['response.failed', afterText({ do: 'fail', code: 'server_error' }), 'unreachable', /has a fault/],
    [
      'an error event',
      afterText({ do: 'error', code: 'rate_limit_exceeded' }),
      'rate_limited',
      /too many questions/,
    ],
    ['a refusal', afterText({ do: 'refuse', text: 'As a model I will not.' }), 'refused', /declined/],
    ['a content filter', afterText({ do: 'incomplete', reason: 'content_filter' }), 'refused', /declined/],
  ])('%s', async (_, reply, kind, message) => {
    fake.always(() => reply);
    const error = await failureOf(ask({ limits: { ...patient, idle: 500 } }));
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(message);
    expect(fake.requests).toHaveLength(1);
  });

  it.each<[string, Reply, ModelError['kind']]>([
    ['nothing at all', { steps: [{ do: 'stall' }], silent: true }, 'timeout'],
    ['a stall before the text', { steps: [{ do: 'stall' }] }, 'timeout'],
    ['a web page', { status: 200, code: null, body: '<!doctype html><title>Welcome</title>' }, 'unreachable'],
    [
      'all tokens spent before the text',
      { steps: [{ do: 'incomplete', reason: 'max_output_tokens' }] },
      'garbled',
    ],
  ])('%s', async (_, reply, kind) => {
    fake.always(() => reply);
    expect(await failureOf(ask({ limits: { ...patient, firstEvent: 500, idle: 500 } }))).toMatchObject({
      kind,
    });
  });

  it('a slow drip is cut at the total limit', async () => {
    fake.next(saysWords('word '.repeat(500), 20));
    const error = await failureOf(ask({ limits: { ...patient, total: 400 } }));
    expect(error).toMatchObject({ kind: 'timeout' });
    await expect(fake.requests[0]?.outcome).resolves.toBe('aborted');
  });
});

describe('refused requests', () => {
  it.each<[string, Reply, RegExp]>([
    ['no credit', once(429, 'insufficient_quota'), /used up/],
    ['forbidden', once(403), /does not accept the key/],
    ['too long', once(400, 'context_length_exceeded'), /too long/],
    ['anything else', once(400), /did not accept the request/],
  ])('%s: once, in words for the person who asked', async (_, reply, message) => {
    fake.next(reply);
    expect((await failureOf(ask())).message).toMatch(message);
    expect(fake.requests).toHaveLength(1);
  });

  it('a bad key is named as such, and neither key nor address is in the error', async () => {
    const error = await failureOf(ask({ apiKey: 'sk-wrong-key-123' }));
    expect(error).toMatchObject({
      kind: 'rejected',
      message: expect.stringContaining('does not accept the key'),
    });
    const shown = `${error.message} ${error.stack} ${String((error.cause as Error).stack)} ${JSON.stringify(error)}`;
    expect(shown).not.toContain('sk-wrong-key-123');
    expect(shown).not.toContain(fake.url);
  });

  it('an unknown model is named as such', async () => {
    expect((await failureOf(ask({ model: 'gpt-99' }))).message).toMatch(/not available/);
  });

  it('says nothing of what the provider said', async () => {
    fake.always(() => ({ steps: [{ do: 'fail', code: 'server_error' }] }));
    expect((await failureOf(ask())).message).not.toMatch(/worker|10\.0\.0\.1/);
  });
});

describe('cancelling', () => {
  it.each<[string, Reply]>([
    ['before the first event', { steps: [{ do: 'stall' }], silent: true }],
    ['before the first text', { steps: [{ do: 'stall' }] }],
    ['in the middle of the text', { steps: [{ do: 'text', deltas: ['a', 'b'] }, { do: 'stall' }] }],
  ])('%s ends the request at the provider', async (_, reply) => {
    fake.next(reply);
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const asked = respond(model(), request('Who founded it?'), controller.signal);
    await expect.poll(() => fake.requests.length).toBe(1);
    setTimeout(() => controller.abort(reason), 50);
    await expect(asked).rejects.toBe(reason);
    await expect(fake.requests[0]?.outcome).resolves.toBe('aborted');
  });

  it('during the pause before a retry makes no further request', async () => {
    fake.always(() => once(503));
    const controller = new AbortController();
    const asked = respond(
      model({ limits: { ...patient, retryDelay: 9_000 } }),
      request('Who founded it?'),
      controller.signal,
    );
    await expect.poll(() => fake.requests[0]?.endedAt).toBeDefined();
    controller.abort(new Error('cancelled'));
    await expect(asked).rejects.toThrow('cancelled');
    expect(fake.requests).toHaveLength(1);
  });

  it('a reader that stops reading ends the request too', async () => {
    fake.next({ steps: [{ do: 'text', deltas: ['a', 'b'] }, { do: 'stall' }] });
    for await (const _ of model().respond(request('Who founded it?'), never)) break;
    await expect(fake.requests[0]?.outcome).resolves.toBe('aborted');
  });
});

it('serves two hundred streams at once, each whole', async () => {
  const text = 'word '.repeat(50).trim();
  fake.always(() => saysWords(text, 1));
  const one = model();
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => respond(one, request('Who founded it?'))),
  );
  expect(new Set(answers.map(answer => answer.text))).toEqual(new Set([text]));
});
