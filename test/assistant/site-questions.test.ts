import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, ensureMode } from '../../functions/assistant/index.ts';
import { submitDocuments } from '../../functions/knowledge/index.ts';
import { notFoundTexts } from '../../functions/platform/models/languages.ts';
import { holdsWords, sampleDocuments } from '../support/sample-site.ts';
import { siteQuestions, strangeQuestions } from '../support/site-questions.ts';
import { type AssistantWorld, harbour, museum, startAssistant } from './assistant-world.ts';

let world: AssistantWorld;
beforeAll(async () => {
  world = await startAssistant();
  await ensureMode(harbour, museum, world.effects);
  await submitDocuments(harbour, await sampleDocuments(museum), world.effects);
  await world.drain();
}, 60_000);
afterAll(() => world.stop());

async function ask(question: string): Promise<string> {
  const request = { workspace: harbour, mode: museum, question, history: [] };
  for await (const event of answer(request, world.effects, new AbortController().signal))
    if (event.type === 'final') return event.text;
  return expect.fail('no answer');
}

describe('without a key, of the sample site', () => {
  it.each(['How do I become a member?', 'How long can I borrow a drill?', 'What is the address?'])(
    '%s',
    async question => {
      const [, words = ''] = siteQuestions.find(([asked]) => asked === question) ?? [];
      const text = await ask(question);
      expect(holdsWords(text, words), text).toBe(true);
    },
  );

  it('nine of ten questions are answered, and none that the site does not answer', async () => {
    const missed: string[] = [];
    for (const [question, words] of siteQuestions)
      if (!holdsWords(await ask(question), words)) missed.push(question);
    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(siteQuestions.length / 10);
    for (const question of strangeQuestions) expect(notFoundTexts).toContain(await ask(question));
  });
});
