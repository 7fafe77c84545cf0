import { describe, expect, it } from 'vitest';
import { configuredModels } from '../../functions/assistant/index.ts';
import type { ModelSettings } from '../../functions/assistant/models.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import type { SecretName } from '../../functions/platform/aws/secrets.ts';
import { startChatFake } from '../support/chat-fake.ts';
import { request, respond } from '../support/model-requests.ts';
import { says, startOpenAiFake } from '../support/openai-fake.ts';

type Keys = Partial<Record<SecretName, string>>;
const usual = { small: 'gpt-5-mini', strong: 'gpt-5.1', openAiBaseUrl: '', compatibleBaseUrl: '' };
const modelsOf = (settings: Partial<ModelSettings>, keys: Keys) =>
  configuredModels({ ...usual, ...settings }, { get: async name => keys[name] }, systemClock);
const named = async (settings: Partial<ModelSettings>, keys: Keys) => {
  const models = modelsOf(settings, keys);
  return [(await models.choose('small')).name, (await models.choose('strong')).name];
};

it('is what needs no key until one is set, and honours one that is set or changed since', async () => {
  const keys: Keys = {};
  const models = modelsOf({}, keys);
  expect((await models.choose()).name).toBe('extractive');
  keys['openai-api-key'] = ' ';
  expect((await models.choose()).name).toBe('extractive');
  keys['openai-api-key'] = 'first';
  const first = await models.choose();
  expect(first.name).toBe('openai:gpt-5-mini');
  expect(await models.choose()).toBe(first);
  keys['openai-api-key'] = 'second';
  expect(await models.choose()).not.toBe(first);
});

describe('the small and the strong model', () => {
  const compatibleBaseUrl = 'http://127.0.0.1:9/v1';
  it.each<[string, Partial<ModelSettings>, Keys, string[]]>([
    [
      'may be of two providers',
      { small: 'gemini:gemini-2.5-flash', strong: 'anthropic:claude-sonnet-4-5' },
      { 'gemini-api-key': 'g', 'anthropic-api-key': 'a' },
      ['gemini:gemini-2.5-flash', 'anthropic:claude-sonnet-4-5'],
    ],
    [
      'are the small one where the strong one has no key',
      { strong: 'anthropic:claude-sonnet-4-5' },
      { 'openai-api-key': 'o' },
      ['openai:gpt-5-mini', 'openai:gpt-5-mini'],
    ],
    [
      'are none where only the key of another provider is there',
      { small: 'anthropic:claude-haiku-4-5' },
      { 'gemini-api-key': 'g' },
      ['extractive', 'extractive'],
    ],
    [
      'need no key at an address that wants none, and keep the colons of their names',
      { small: 'compatible:qwen3:8b', strong: 'compatible:org/big:70b', compatibleBaseUrl },
      {},
      ['compatible:qwen3:8b', 'compatible:org/big:70b'],
    ],
    ['need an address', { small: 'compatible:qwen3:8b' }, {}, ['extractive', 'extractive']],
    [
      'are not asked for by no name',
      { small: '', strong: '' },
      { 'openai-api-key': 'o' },
      ['extractive', 'extractive'],
    ],
  ])('%s', async (_, settings, keys, names) => expect(await named(settings, keys)).toEqual(names));

  it.each(['azure:gpt-5', 'constructor:x'])('are of no unknown provider: %s', small => {
    expect(() => modelsOf({ small }, {})).toThrow(/provider is none of openai, anthropic/);
  });
});

it('each address is shown its own key alone', async () => {
  const [compatible, openai] = await Promise.all([startChatFake('vllm'), startOpenAiFake()]);
  for (const fake of [compatible, openai]) fake.always(() => says('Yes.'));
  const settings = {
    small: 'compatible:small',
    compatibleBaseUrl: compatible.url,
    openAiBaseUrl: openai.url,
  };
  const keys: Keys = {
    'openai-api-key': openai.apiKey,
    'compatible-api-key': compatible.apiKey,
    'anthropic-api-key': 'a',
  };
  const models = modelsOf(settings, keys);
  // Each fake refuses any other key.
  for (const strength of ['small', 'strong'] as const)
    expect((await respond(await models.choose(strength), request('Who?'))).text).toBe('Yes.');
  const withoutKey = modelsOf(settings, { 'openai-api-key': openai.apiKey });
  await expect(respond(await withoutKey.choose(), request('Who?'))).rejects.toMatchObject({
    kind: 'rejected',
  });
  expect(compatible.requests.map(({ authorization }) => authorization)).toEqual([
    `Bearer ${compatible.apiKey}`,
  ]);
  await Promise.all([compatible.stop(), openai.stop()]);
});
