import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { systemClock } from '../../functions/platform/clock.ts';
import { extractiveModel } from '../../functions/assistant/extracts/extractive-model.ts';
import { openAiModel } from '../../functions/platform/models/openai-model.ts';
import { type OpenAiFake, saysWords, startOpenAiFake } from '../support/openai-fake.ts';
import { modelContract } from './model.contract.ts';

let fake: OpenAiFake;
beforeAll(async () => {
  fake = await startOpenAiFake();
});
afterAll(() => fake.stop());
afterEach(() => {
  expect(fake.complaints).toEqual([]);
  fake.reset();
});

modelContract('extractive', () => ({ model: extractiveModel }));

const replies = {
  supported: saysWords('The shipbuilder Ada Thornton founded it [2].'),
  unsupported: saysWords('The sources do not say.'),
  long: saysWords('word '.repeat(60)),
  slow: saysWords('word '.repeat(60), 10),
};

modelContract('openai', () => ({
  model: openAiModel({ apiKey: fake.apiKey, baseUrl: fake.url, model: 'gpt-4.1-mini' }, systemClock),
  prepare: answer => fake.always(() => replies[answer]),
}));
