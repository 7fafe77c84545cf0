import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answer, ensureMode } from '../../functions/assistant/index.ts';
import { createLanceIndex } from '../../functions/knowledge/index/lance-index.ts';
import { noteIndexLost, noteIndexRebuilt } from '../../functions/knowledge/index/state-store.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { type AssistantWorld, harbour, museum, startAssistant } from './assistant-world.ts';

let world: AssistantWorld;
beforeAll(async () => {
  world = await startAssistant();
  await ensureMode(harbour, museum, world.effects);
  await world.learn();
});
afterAll(() => world.stop());

/** As another process would answer, which remembers nothing of the index. */
async function ask(question: string, indexQueue = world.effects.indexQueue): Promise<string> {
  const index = createLanceIndex(world.directory, systemClock, { freshnessSeconds: 0 });
  const effects = { ...world.effects, index, indexQueue };
  const request = { workspace: harbour, mode: museum, question, history: [] };
  for await (const event of answer(request, effects, AbortSignal.timeout(60_000)))
    if (event.type === 'final') return event.text;
  throw new Error('there was no answer');
}

const rebuilt = 'The knowledge of this website is being rebuilt at the moment';
const aufgebaut = 'Das Wissen dieser Website wird gerade neu aufgebaut';
const founder = 'Who founded the Harbour Museum?';

test('an answer without sources says that the knowledge is being rebuilt while it is, in the language of the question', async () => {
  const beside = 'Which bus goes to the airport?';
  expect(await ask(founder)).toContain('Ada Thornton');
  expect(await ask(beside)).not.toContain(rebuilt);

  // One that has all of the pages again, but for some that are still being learned.
  await noteIndexLost(harbour, 'second', world.effects);
  expect(await ask(founder)).not.toContain(rebuilt);
  expect(await ask(beside)).toContain(rebuilt);
  await noteIndexRebuilt(harbour, 'second', world.effects);
  expect(await ask(beside)).not.toContain(rebuilt);

  // One whose loss nobody has noticed yet.
  await rm(join(world.directory, harbour), { recursive: true });
  expect(await ask(founder)).toContain(rebuilt);
  expect(await ask('Wer hat das Museum gegründet?')).toContain(aufgebaut);
  // One whose loss can not be reported.
  const down = { send: () => Promise.reject(new Error('the queue does not answer')) };
  expect(await ask(founder, down)).toContain(rebuilt);
});
