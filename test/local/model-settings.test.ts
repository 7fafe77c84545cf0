import { expect, it } from 'vitest';
import { readModels } from '../../local/start/model-settings.ts';

const models = (env: Record<string, string>) => {
  const { smallModel, strongModel } = readModels(env).model;
  return [smallModel, strongModel];
};
const warnings = (env: Record<string, string>) => readModels(env).warnings;

const claude = ['anthropic:claude-haiku-4-5', 'anthropic:claude-sonnet-4-5'];
const gemini = ['gemini:gemini-2.5-flash-lite', 'gemini:gemini-2.5-flash'];
const gpt = ['gpt-5-mini', 'gpt-5.1'];

it.each<[Record<string, string>, string[]]>([
  [{}, gpt],
  [{ OPENAI_API_KEY: 'k' }, gpt],
  [{ ANTHROPIC_API_KEY: 'k' }, claude],
  [{ GEMINI_API_KEY: 'k' }, gemini],
  [{ ANTHROPIC_API_KEY: 'k', GEMINI_API_KEY: 'k', OPENAI_API_KEY: 'k' }, gpt],
  [{ LLM_PROVIDER: 'anthropic', ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'k' }, claude],
  [{ LLM_PROVIDER: 'google', GEMINI_API_KEY: 'k', OPENAI_API_KEY: 'k' }, gemini],
  [{ LLM_PROVIDER: 'Gemini', GEMINI_API_KEY: 'k' }, gemini],
  [{ LLM_PROVIDER: 'openai', ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'k' }, gpt],
  [{ OPENAI_API_KEY: 'k', OPENAI_MODEL: 'gpt-5-nano' }, ['gpt-5-nano', 'gpt-5.1']],
  [
    { ANTHROPIC_API_KEY: 'k', MODEL_STRONG: 'anthropic:claude-opus-4-5' },
    [claude[0] ?? '', 'anthropic:claude-opus-4-5'],
  ],
  [
    { COMPATIBLE_BASE_URL: 'http://127.0.0.1:11434/v1', MODEL_SMALL: 'compatible:qwen3:8b' },
    ['compatible:qwen3:8b', 'gpt-5.1'],
  ],
])('%j answers by %j, and is not warned of', (env, expected) => {
  expect(models(env)).toEqual(expected);
  expect(warnings(env)).toEqual([]);
});

it.each<[Record<string, string>, RegExp]>([
  [{ LLM_PROVIDER: 'anthropic' }, /^LLM_PROVIDER=anthropic needs ANTHROPIC_API_KEY, which is not set/],
  [{ LLM_PROVIDER: 'google', OPENAI_API_KEY: 'k' }, /^LLM_PROVIDER=google needs GEMINI_API_KEY/],
  [{ MODEL_SMALL: 'anthropic:x', OPENAI_API_KEY: 'k' }, /^MODEL_SMALL=anthropic:x needs ANTHROPIC_API_KEY/],
  [{ MODEL_STRONG: 'gemini:x', OPENAI_API_KEY: 'k' }, /^MODEL_STRONG=gemini:x needs GEMINI_API_KEY/],
  [{ OPENAI_MODEL: 'gpt-5-nano', GEMINI_API_KEY: 'k' }, /^OPENAI_MODEL=gpt-5-nano needs OPENAI_API_KEY/],
  [{ MODEL_SMALL: 'compatible:qwen3:8b' }, /^MODEL_SMALL=compatible:qwen3:8b needs COMPATIBLE_BASE_URL/],
])('%j is warned of', (env, warning) => {
  expect(warnings(env)).toEqual([expect.stringMatching(warning)]);
});

it.each<[Record<string, string>, RegExp]>([
  [{ MODEL_SMALL: 'foo:bar' }, /^MODEL_SMALL: model "foo:bar": its provider is none of openai, anthropic/],
  [{ MODEL_STRONG: 'foo:bar' }, /^MODEL_STRONG: model "foo:bar"/],
  [{ LLM_PROVIDER: 'mistral' }, /^LLM_PROVIDER "mistral": use one of openai, anthropic, google, gemini$/],
  [{ COMPATIBLE_BASE_URL: 'x' }, /^COMPATIBLE_BASE_URL: use an http/],
])('%j fails in one line', (env, message) => {
  expect(() => readModels(env)).toThrow(message);
});

it('gives each key to its own provider, and the one of OpenAI to no embedder elsewhere', () => {
  const env = { OPENAI_API_KEY: 'o', ANTHROPIC_API_KEY: 'a' };
  expect(readModels(env).modelKeys).toEqual({ 'openai-api-key': 'o', 'anthropic-api-key': 'a' });
  expect(readModels(env).embeddingKey).toBe('o');
  expect(readModels({ ...env, EMBEDDING_BASE_URL: 'https://example.org/v1' }).embeddingKey).toBe(undefined);
});
