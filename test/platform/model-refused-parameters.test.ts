import { afterEach, describe, expect, it } from 'vitest';
import { chatCompletionsModel } from '../../functions/platform/models/chat-completions-model.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { openAiModel } from '../../functions/platform/models/openai-model.ts';
import { type ChatService } from '../support/chat-dialects.ts';
import { startChatFake } from '../support/chat-fake.ts';
import { request, respond } from '../support/model-requests.ts';
import { says, startOpenAiFake } from '../support/openai-fake.ts';
import { failureOf, patient } from './openai-subject.ts';

const open: { stop(): Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map(fake => fake.stop())));

const dialects = {
  anthropic: 'anthropic',
  gemini: 'gemini',
  ollama: 'compatible',
  vllm: 'compatible',
  openai: 'compatible',
} as const;

async function connect(service: ChatService, name: string, apiKey?: string) {
  const fake = await startChatFake(service);
  open.push(fake);
  fake.always(() => says('Ada Thornton', ' [2].'));
  const limits = { ...patient, trailing: 300 };
  const settings = { apiKey: apiKey ?? fake.apiKey, baseUrl: fake.url, model: name, limits };
  return { fake, model: chatCompletionsModel(dialects[service], settings, systemClock) };
}

const asked = request('Who founded it?', { temperature: 0.2 });

describe('a parameter that the model does not take is left out, and the answer comes all the same', () => {
  it.each<[ChatService, string, readonly string[]]>([
    ['anthropic', 'claude-opus-4-7', ['temperature']],
    ['gemini', 'gemini-2.0-flash', ['reasoning_effort']],
    ['gemini', 'gemma-3-27b-it', ['tools', 'tool_choice']],
    ['ollama', 'gemma3:4b', ['tools', 'tool_choice']],
    ['vllm', 'no-parser', ['tools', 'tool_choice']],
    ['openai', 'gpt-5-mini', ['max_tokens', 'temperature']],
  ])('%s, %s: %j', async (service, name, left) => {
    const { fake, model } = await connect(service, name);
    const { text } = await respond(model, asked);
    expect(text).toBe('Ada Thornton [2].');
    for (const parameter of left) expect(fake.requests[0]?.body).not.toHaveProperty(parameter);
    // It has learned: the next request is right at once.
    await respond(model, asked);
    expect(fake.requests).toHaveLength(2);
    expect(fake.complaints).toEqual([]);
  });

  it('all others stay', async () => {
    const { fake, model } = await connect('anthropic', 'claude-opus-4-7');
    await respond(model, asked);
    expect(fake.requests[0]?.body).toMatchObject({ max_tokens: 400, tool_choice: 'auto' });
    expect(fake.requests[0]?.body).toHaveProperty('stream_options');
  });

  it('a model that reasons gets room for it under the other name', async () => {
    const { fake, model } = await connect('openai', 'gpt-5-mini');
    await respond(model, asked);
    expect(fake.requests[0]?.body.max_completion_tokens).toBe(400 + 2048);
  });

  it('a model without tools reads the passages below the question, as data', async () => {
    const { fake, model } = await connect('ollama', 'gemma3:4b');
    await respond(model, { ...asked, summary: 'Before."}' });
    const messages = fake.requests[0]?.body.messages ?? [];
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(messages[0]?.content).toBe(asked.instructions);
    const content = messages[3]?.content;
    const question = typeof content === 'string' ? content : expect.fail('no text');
    expect(question).toMatch(/^Who founded it\?\n\nWhat search_knowledge found, as data:\n/);
    expect(JSON.parse(question.slice(question.indexOf('{')))).toMatchObject({
      sources: [{ n: 1 }, { n: 2 }],
    });
  });
});

describe("OpenAI's own protocol", () => {
  it.each([
    ['gpt-5-chat-latest', 'reasoning'],
    ['thinker-1', 'temperature'],
  ])('%s is asked without %s', async (name, parameter) => {
    const fake = await startOpenAiFake();
    open.push(fake);
    fake.always(() => says('Ada Thornton [2].'));
    const settings = { apiKey: fake.apiKey, baseUrl: fake.url, model: name, limits: patient };
    const { text } = await respond(openAiModel(settings, systemClock), asked);
    expect(text).toBe('Ada Thornton [2].');
    expect(fake.requests[0]?.body).not.toHaveProperty(parameter);
  });
});

describe('what is refused for good', () => {
  it('is not sent again', async () => {
    const { fake, model } = await connect('anthropic', 'claude-sonnet-4-5');
    fake.always(() => ({ status: 400, code: null, body: '`temperature` is deprecated for this model.' }));
    expect(await failureOf(respond(model, asked))).toMatchObject({ kind: 'rejected' });
    expect(fake.requests.map(({ body }) => body.temperature)).toEqual([0.2, undefined]);
  });

  it("is a key, also in Google's words", async () => {
    const { model } = await connect('gemini', 'gemini-2.5-flash', 'another');
    const error = await failureOf(respond(model, asked));
    expect(error).toMatchObject({
      kind: 'rejected',
      cause: { message: expect.stringContaining('accept the key') },
    });
  });

  it.each<[ChatService, string]>([
    ['anthropic', 'prompt is too long: 210000 tokens > 200000 maximum'],
    ['gemini', 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).'],
    ['vllm', "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens."],
  ])('is a conversation that is too long for %s', async (service, body) => {
    const { fake, model } = await connect(service, 'small');
    fake.next({ status: 400, code: null, body });
    const error = await failureOf(respond(model, asked));
    expect(error).toMatchObject({
      kind: 'too_long',
      message: expect.stringContaining('too long for the model'),
    });
  });
});
