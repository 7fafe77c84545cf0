import { describe, expect, it } from 'vitest';
import type { ModelError } from '../../functions/platform/models/model.ts';
import { type Reply, says, saysWords } from '../support/openai-fake.ts';
import { failureOf, openAiSubject, patient } from './openai-subject.ts';

const subject = openAiSubject();
const { ask } = subject;

const once = (status: number, code: string | null = null, headers = {}): Reply => ({ status, code, headers });

describe('failures that pass', () => {
  it.each([429, 500, 502, 503, 408])('%i is retried and then answered', async status => {
    subject.fake.next(once(status), once(status), says('Yes.'));
    expect((await ask()).text).toBe('Yes.');
    expect(subject.fake.requests).toHaveLength(3);
  });

  it('waits as long as the provider asks', async () => {
    subject.fake.next(once(429, 'rate_limit_exceeded', { 'retry-after-ms': '250' }), says('Yes.'));
    await ask();
    const [first, second] = subject.fake.requests;
    expect((second?.startedAt ?? 0) - (first?.endedAt ?? 0)).toBeGreaterThan(200);
  });

  it('does not wait for longer than anybody would', async () => {
    subject.fake.next(once(429, 'rate_limit_exceeded', { 'retry-after': '3600' }));
    expect(await failureOf(ask())).toMatchObject({ kind: 'rate_limited' });
    expect(subject.fake.requests).toHaveLength(1);
  });

  it('gives up after three requests', async () => {
    subject.fake.always(() => once(503));
    expect(await failureOf(ask())).toMatchObject({ kind: 'unreachable' });
    expect(subject.fake.requests).toHaveLength(3);
  });

  it('retries a connection that breaks before any text, and a failure reported before any text', async () => {
    subject.fake.next(
      { steps: [{ do: 'cut' }] },
      { steps: [{ do: 'fail', code: 'server_error' }] },
      says('Yes.'),
    );
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
    subject.fake.always(() => reply);
    const error = await failureOf(ask({ limits: { ...patient, idle: 500 } }));
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(message);
    expect(subject.fake.requests).toHaveLength(1);
  });

  it.each<[string, Reply, ModelError['kind']]>([
    ['nothing at all', { steps: [{ do: 'stall' }], silent: true }, 'timeout'],
    ['a stall before the text', { steps: [{ do: 'stall' }] }, 'timeout'],
    ['a web page', { status: 200, code: null, body: '<!doctype html><title>Welcome</title>' }, 'unreachable'],
    [
      'all tokens spent before the text',
      { steps: [{ do: 'incomplete', reason: 'max_output_tokens' }] },
      'too_long',
    ],
  ])('%s', async (_, reply, kind) => {
    subject.fake.always(() => reply);
    expect(await failureOf(ask({ limits: { ...patient, firstEvent: 500, idle: 500 } }))).toMatchObject({
      kind,
    });
  });

  it('a slow drip is cut at the total limit', async () => {
    subject.fake.next(saysWords('word '.repeat(500), 20));
    const error = await failureOf(ask({ limits: { ...patient, total: 400 } }));
    expect(error).toMatchObject({ kind: 'timeout' });
    await expect(subject.fake.requests[0]?.outcome).resolves.toBe('aborted');
  });
});

describe('refused requests', () => {
  it.each<[string, Reply, RegExp, RegExp]>([
    ['no credit', once(429, 'insufficient_quota'), /can not answer at present/, /used up/],
    ['forbidden', once(403), /can not answer at present/, /does not accept the key/],
    ['too long', once(400, 'context_length_exceeded'), /too long/, /400/],
    ['anything else', once(400), /can not answer at present/, /did not accept the request/],
  ])(
    '%s: once, in words for the person who asked, and with its cause for the log',
    async (_, reply, message, cause) => {
      subject.fake.next(reply);
      const error = await failureOf(ask());
      expect(error.message).toMatch(message);
      expect(error.message).not.toMatch(/key|provider|operator|status|\d{3}/i);
      expect((error.cause as Error).message).toMatch(cause);
      expect(subject.fake.requests).toHaveLength(1);
    },
  );

  it('a bad key is named as such in the log, and neither key nor address is in the error', async () => {
    const error = await failureOf(ask({ apiKey: 'sk-wrong-key-123' }));
    expect(error).toMatchObject({
      kind: 'rejected',
      cause: { message: expect.stringContaining('does not accept the key') },
    });
    const shown = `${error.message} ${error.stack} ${String((error.cause as Error).stack)} ${JSON.stringify(error)}`;
    expect(shown).not.toContain('sk-wrong-key-123');
    expect(shown).not.toContain(subject.fake.url);
  });

  it('an unknown model is named as such in the log', async () => {
    expect(((await failureOf(ask({ model: 'gpt-99' }))).cause as Error).message).toMatch(/not available/);
  });

  it('says nothing of what the provider said', async () => {
    subject.fake.always(() => ({ steps: [{ do: 'fail', code: 'server_error' }] }));
    expect((await failureOf(ask())).message).not.toMatch(/worker|10\.0\.0\.1/);
  });
});
