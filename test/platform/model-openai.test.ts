import { describe, expect, it } from 'vitest';
import { searchTool } from '../../functions/platform/models/model.ts';
import { about, hours, never, request, respond } from '../support/model-requests.ts';
import { calls, type Reply, says, saysWords } from '../support/openai-fake.ts';
import { openAiSubject, patient } from './openai-subject.ts';

const subject = openAiSubject();
const { ask, model } = subject;

describe('what is sent to the provider', () => {
  it('keeps documents out of the instructions: passages are the output of a search call after the question', async () => {
    subject.fake.next(says('Yes.'));
    await respond(model(), {
      ...request('Who founded it?'),
      input: [
        { role: 'user', text: 'Hello' },
        { role: 'assistant', text: 'Hi' },
        { role: 'user', text: 'Who founded it?' },
      ],
    });
    const body = subject.fake.requests[0]?.body;
    expect(body?.instructions).toBe('Answer from the sources.');
    expect(body?.input).toMatchObject([
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi' },
      { role: 'user', content: 'Who founded it?' },
      { type: 'function_call', name: 'search_knowledge', arguments: '{"query":"Who founded it?"}' },
      { type: 'function_call_output' },
    ]);
    const output = JSON.parse((body?.input as { output: string }[] | undefined)?.[4]?.output ?? '');
    expect(output.sources).toMatchObject([
      { n: 1, title: 'Visit', section: 'Visit > Opening hours', text: hours.text },
      { n: 2, text: about.text },
    ]);
  });

  it('asks the provider to store nothing, and leaves room for reasoning beside the answer', async () => {
    subject.fake.next(says('Yes.'), says('Yes.'));
    await ask();
    await ask({ model: 'gpt-4.1-mini' });
    expect(subject.fake.requests[0]?.body).toMatchObject({
      store: false,
      stream: true,
      max_output_tokens: 400 + 2048,
      reasoning: { effort: 'low' },
    });
    expect(subject.fake.requests[1]?.body).toMatchObject({ store: false, max_output_tokens: 400 });
    expect(subject.fake.requests[1]?.body).not.toHaveProperty('reasoning');
  });

  it('gives the outputs of calls back in order and can forbid further ones', async () => {
    subject.fake.next(says('Yes.'));
    const call = { id: 'call_a', name: searchTool.name, arguments: '{"query":"founder"}' };
    await respond(model(), {
      ...request('Who founded it?'),
      input: [
        { role: 'user', text: 'Who founded it?' },
        { role: 'tool', call, output: '{"sources":[]}' },
      ],
      toolChoice: 'none',
    });
    expect(subject.fake.requests[0]?.body.tool_choice).toBe('none');
    expect(subject.fake.requests[0]?.body.input).toMatchObject([
      { role: 'user' },
      { call_id: 'retrieved' },
      { call_id: 'retrieved' },
      { type: 'function_call', call_id: 'call_a', arguments: '{"query":"founder"}' },
      { type: 'function_call_output', call_id: 'call_a', output: '{"sources":[]}' },
    ]);
  });
});

describe('what comes back', () => {
  it('is the deltas as they are, and the usage', async () => {
    subject.fake.next(says('Ada', ' Thor', 'nton [2].'));
    const { events } = await ask();
    expect(events).toMatchObject([
      { type: 'text', text: 'Ada' },
      { type: 'text', text: ' Thor' },
      { type: 'text', text: 'nton [2].' },
      { type: 'end', reason: 'stop', usage: { outputTokens: 3, cachedInputTokens: 0 } },
    ]);
  });

  it('is a tool call with its arguments as written', async () => {
    subject.fake.next(calls('search_knowledge', { query: 'founder' }));
    const { events } = await ask();
    expect(events).toMatchObject([
      { type: 'tool_call', call: { name: 'search_knowledge', arguments: '{"query":"founder"}' } },
      { type: 'end', reason: 'tool_calls' },
    ]);
  });
});

describe('cancelling', () => {
  it.each<[string, Reply]>([
    ['before the first event', { steps: [{ do: 'stall' }], silent: true }],
    ['before the first text', { steps: [{ do: 'stall' }] }],
    ['in the middle of the text', { steps: [{ do: 'text', deltas: ['a', 'b'] }, { do: 'stall' }] }],
  ])('%s ends the request at the provider', async (_, reply) => {
    subject.fake.next(reply);
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const asked = respond(model(), request('Who founded it?'), controller.signal);
    await expect.poll(() => subject.fake.requests.length).toBe(1);
    setTimeout(() => controller.abort(reason), 50);
    await expect(asked).rejects.toBe(reason);
    await expect(subject.fake.requests[0]?.outcome).resolves.toBe('aborted');
  });

  it('during the pause before a retry makes no further request', async () => {
    subject.fake.always(() => ({ status: 503, code: null }));
    const controller = new AbortController();
    const asked = respond(
      model({ limits: { ...patient, retryDelay: 9_000 } }),
      request('Who founded it?'),
      controller.signal,
    );
    await expect.poll(() => subject.fake.requests[0]?.endedAt).toBeDefined();
    controller.abort(new Error('cancelled'));
    await expect(asked).rejects.toThrow('cancelled');
    expect(subject.fake.requests).toHaveLength(1);
  });

  it('a reader that stops reading ends the request too', async () => {
    subject.fake.next({ steps: [{ do: 'text', deltas: ['a', 'b'] }, { do: 'stall' }] });
    for await (const _ of model().respond(request('Who founded it?'), never)) break;
    await expect(subject.fake.requests[0]?.outcome).resolves.toBe('aborted');
  });
});

it('serves two hundred streams at once, each whole', async () => {
  const text = 'word '.repeat(50).trim();
  subject.fake.always(() => saysWords(text, 1));
  const one = model();
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => respond(one, request('Who founded it?'))),
  );
  expect(new Set(answers.map(answer => answer.text))).toEqual(new Set([text]));
});
