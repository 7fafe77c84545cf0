import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chatCompletionsModel } from '../../functions/platform/models/chat-completions-model.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import type { ModelError } from '../../functions/platform/models/model.ts';
import type { ProviderSettings } from '../../functions/platform/models/provider.ts';
import { type ChatFake, startChatFake } from '../support/chat-fake.ts';
import { type ChatService, chatServices } from '../support/chat-dialects.ts';
import { never, request, respond } from '../support/model-requests.ts';
import { type Reply, says, saysWords } from '../support/openai-reply.ts';
import { modelContract } from './model.contract.ts';
import { failureOf, patient } from './openai-subject.ts';

const fakes = new Map<ChatService, ChatFake>();
beforeAll(async () => {
  for (const service of chatServices) fakes.set(service, await startChatFake(service));
});
afterAll(() => Promise.all([...fakes.values()].map(fake => fake.stop())));
afterEach(() => {
  for (const [service, fake] of fakes) {
    expect([service, fake.complaints]).toEqual([service, []]);
    fake.reset();
  }
});

const fakeOf = (service: ChatService) => fakes.get(service) ?? expect.fail('the fake is not running');
const dialects = {
  anthropic: 'anthropic',
  gemini: 'gemini',
  ollama: 'compatible',
  vllm: 'compatible',
  openai: 'compatible',
} as const;
const model = (service: ChatService, changes: Partial<ProviderSettings> = {}) => {
  const { apiKey, url: baseUrl } = fakeOf(service);
  const settings = { apiKey, baseUrl, model: 'small', limits: { ...patient, trailing: 300 }, ...changes };
  return chatCompletionsModel(dialects[service], settings, systemClock);
};

const replies = {
  supported: saysWords('The shipbuilder Ada Thornton founded it [2].'),
  unsupported: saysWords('The sources do not say.'),
  long: saysWords('word '.repeat(60)),
  slow: saysWords('word '.repeat(60), 10),
};

describe.each(chatServices)('%s', service => {
  const fake = () => fakeOf(service);

  modelContract(service, () => ({
    model: model(service),
    prepare: answer => fake().always(() => replies[answer]),
  }));

  it('gets the documents as the output of a search, apart from the instructions and the summary', async () => {
    fake().next(says('Yes.'));
    const call = { id: 'call_a', name: 'search_knowledge', arguments: '{"query":' };
    await respond(model(service), {
      ...request('Who founded it?'),
      summary: 'SUMMARISED "}',
      input: [
        { role: 'user', text: 'Who founded it?' },
        { role: 'tool', call, output: '{"sources":[]}' },
      ],
    });
    const { messages = [], stream_options } = fake().requests[0]?.body ?? {};
    expect(stream_options).toEqual({ include_usage: true });
    expect(messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'user',
      'assistant',
      'tool',
      'assistant',
      'tool',
    ]);
    expect(messages[0]).toEqual({ role: 'system', content: 'Answer from the sources.' });
    expect(messages[1]?.content).toContain(JSON.stringify({ summary: 'SUMMARISED "}' }));
    expect(messages[5]?.content).toContain('Ada Thornton');
  });

  it('calls a tool with its arguments put together, more than one in their order', async () => {
    fake().next({
      steps: [
        { do: 'call', name: 'search_knowledge', arguments: '{"query":"founder"}' },
        { do: 'call', name: 'search_knowledge', arguments: '{"query":"director"}' },
      ],
    });
    const { events } = await respond(model(service), request('Who founded it?'));
    expect(events).toMatchObject([
      { type: 'tool_call', call: { name: 'search_knowledge', arguments: '{"query":"founder"}' } },
      { type: 'tool_call', call: { name: 'search_knowledge', arguments: '{"query":"director"}' } },
      { type: 'end', reason: 'tool_calls' },
    ]);
    const ids = events.flatMap(event => (event.type === 'tool_call' ? [event.call.id] : []));
    expect(new Set(ids).size).toBe(2);
    expect(ids).not.toContain('');
  });

  it('sends its key and its temperature', async () => {
    fake().next(says('Yes.'));
    await respond(model(service), request('Who?', { temperature: 1.5 }));
    const [sent] = fake().requests;
    expect(sent?.body.temperature).toBe(service === 'anthropic' ? 1 : 1.5);
    expect(sent?.authorization).toBe(service === 'ollama' ? 'Bearer none' : `Bearer test-key-${service}`);
  });

  it.each([429, 500, 503, 529])('%i is retried and then answered', async status => {
    fake().next({ status, code: null }, says('Yes.'));
    expect((await respond(model(service), request('Who?'))).text).toBe('Yes.');
  });

  it.each<[string, Reply, ModelError['kind']]>([
    ['cut', { steps: [{ do: 'text', deltas: ['The'] }, { do: 'cut' }] }, 'unreachable'],
    ['ended too early', { steps: [{ do: 'text', deltas: ['The'] }, { do: 'stop' }] }, 'unreachable'],
    ['stalled', { steps: [{ do: 'text', deltas: ['The'] }, { do: 'stall' }] }, 'timeout'],
    [
      'garbage',
      {
        steps: [
          { do: 'text', deltas: ['The'] },
          { do: 'bytes', bytes: 'data: {"id": \u0001\n\n' },
        ],
      },
      'garbled',
    ],
    [
      'no chunk',
      {
        steps: [
          { do: 'text', deltas: ['The'] },
          { do: 'bytes', bytes: 'data: {"choices":7}\n\n' },
        ],
      },
      'garbled',
    ],
    [
      'an error',
      {
        steps: [
          { do: 'text', deltas: ['The'] },
          { do: 'error', code: null },
        ],
      },
      'unreachable',
    ],
    ['a refusal', { steps: [{ do: 'refuse', text: 'No.' }] }, 'refused'],
    ['a filter', { steps: [{ do: 'incomplete', reason: 'content_filter' }] }, 'refused'],
    ['thoughts alone', { steps: [{ do: 'incomplete', reason: 'max_output_tokens' }] }, 'too_long'],
  ])('%s ends the response with an error of its kind, once', async (_, reply, kind) => {
    fake().always(() => reply);
    const error = await failureOf(
      respond(model(service, { limits: { ...patient, idle: 300 } }), request('Who?')),
    );
    expect(error.kind).toBe(kind);
    expect(error.message).not.toMatch(/worker|10\.0\.0\.1/);
    expect(fake().requests).toHaveLength(1);
  });

  it('names a key that is refused, and shows nothing of the service', async () => {
    fake().next({ status: 401, code: null });
    const error = await failureOf(respond(model(service), request('Who?')));
    expect((error.cause as Error).message).toContain('does not accept the key');
    expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toMatch(/sk-hush|127\.0\.0\.1:\d/);
  });

  it('is ended at the service when its reader goes', async () => {
    fake().next({ steps: [{ do: 'text', deltas: ['a', 'b'] }, { do: 'stall' }] });
    for await (const _ of model(service).respond(request('Who?'), never)) break;
    await expect(fake().requests[0]?.outcome).resolves.toBe('aborted');
  });
});

it('reports the usage where the service does, and waits for none that never comes', async () => {
  for (const service of chatServices) {
    fakeOf(service).next(says('Ada', ' Thornton'));
    const { end } = await respond(model(service), request('Who?'));
    expect([service, end?.usage.outputTokens]).toEqual([service, service === 'ollama' ? 0 : 2]);
  }
});

it('an answer whose usage hangs is whole after a moment', async () => {
  const fake = fakeOf('vllm');
  fake.next({
    steps: [
      {
        do: 'bytes',
        bytes: `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'Yes.' }, finish_reason: 'stop' }] })}\n\n`,
      },
      { do: 'stall' },
    ],
  });
  const { text, end } = await respond(model('vllm'), request('Who?'));
  expect(text).toBe('Yes.');
  expect(end).toMatchObject({ reason: 'stop', usage: { outputTokens: 0 } });
});
