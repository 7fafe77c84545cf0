import { expect, it } from 'vitest';
import { configuredModels } from '../../functions/assistant/index.ts';
import { systemClock } from '../../functions/platform/clock.ts';

it('is what needs no key until one is set, and honours one that is set or changed since', async () => {
  let key: string | undefined;
  const settings = { small: 'gpt-5-mini', strong: 'gpt-5.1', openAiBaseUrl: '', compatibleBaseUrl: '' };
  const models = configuredModels(
    settings,
    { get: async name => (name === 'openai-api-key' ? key : undefined) },
    systemClock,
  );
  expect((await models.choose()).name).toBe('extractive');
  key = ' ';
  expect((await models.choose()).name).toBe('extractive');
  key = 'first';
  const first = await models.choose();
  expect(first.name).toBe('openai:gpt-5-mini');
  expect(await models.choose()).toBe(first);
  key = 'second';
  expect(await models.choose()).not.toBe(first);
});
