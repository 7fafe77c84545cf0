import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { systemClock } from '../../functions/platform/clock.ts';
import { ModelError } from '../../functions/platform/models/model.ts';
import { type OpenAiSettings, openAiModel } from '../../functions/platform/models/openai-model.ts';
import { request, respond } from '../support/model-requests.ts';
import { type OpenAiFake, startOpenAiFake } from '../support/openai-fake.ts';

/** Long enough for a busy machine; a test of a time limit shortens that one. */
export const patient = { firstEvent: 20_000, idle: 20_000, total: 25_000, retryDelay: 5 };

/** The adapter over a fake that lives as long as the test file, and forgets after each test. */
export function openAiSubject() {
  let fake: OpenAiFake | undefined;
  const running = () => fake ?? expect.fail('the fake is not running');
  beforeAll(async () => {
    fake = await startOpenAiFake();
  });
  afterAll(() => fake?.stop());
  afterEach(() => {
    expect(running().complaints).toEqual([]);
    running().reset();
  });
  const model = (changes: Partial<OpenAiSettings> = {}) => {
    const { apiKey, url: baseUrl } = running();
    return openAiModel({ apiKey, baseUrl, model: 'gpt-5-mini', limits: patient, ...changes }, systemClock);
  };
  return {
    get fake() {
      return running();
    },
    model,
    ask: (changes?: Partial<OpenAiSettings>) => respond(model(changes), request('Who founded it?')),
  };
}

/** The error of a promise that must fail, and with a `ModelError`. */
export const failureOf = (asked: Promise<unknown>): Promise<ModelError> =>
  asked.then(
    () => expect.fail('it succeeded'),
    (error: unknown) =>
      error instanceof ModelError ? error : expect.fail(`not a ModelError: ${String(error)}`),
  );
