import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answer,
  type AnswerEvent,
  ensureMode,
  type HistoryMessage,
} from '../../functions/assistant/index.ts';
import { submitDocuments } from '../../functions/knowledge/index.ts';
import { notFoundTexts } from '../../functions/assistant/extracts/phrases.ts';
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

type Final = Extract<AnswerEvent, { type: 'final' }>;

async function askFor(question: string, history: readonly HistoryMessage[] = []): Promise<Final> {
  const request = { workspace: harbour, mode: museum, question, history };
  for await (const event of answer(request, world.effects, new AbortController().signal))
    if (event.type === 'final') return event;
  return expect.fail('no answer');
}

const ask = async (question: string): Promise<string> => (await askFor(question)).text;

describe('without a key, of the sample site', () => {
  /** The question of the README, and those that the chat page offers. */
  it.each([
    ['When is the hall open on Saturdays?', 'workshops 9:00 to 18:00'],
    ['How long can I borrow a tool?', 'seven days'],
    ['What happens when I return a tool late?', '50 pence'],
    ['May I bring my dog?', 'assistance dogs'],
  ])('%s', async (question, words) => {
    const text = await ask(question);
    expect(holdsWords(text, words), text).toBe(true);
  });

  it('a follow-up is understood with the question before it', async () => {
    const question = 'When is the hall open on Saturday?';
    const history: HistoryMessage[] = [
      { role: 'user', text: question },
      { role: 'assistant', text: await ask(question) },
    ];
    const { text } = await askFor('and on Sunday?', history);
    expect(holdsWords(text, 'workshops 12:00 to 17:00'), text).toBe(true);
  });

  it.each(strangeQuestions)('is told that it is not known: %s', async question =>
    expect(notFoundTexts).toContain(await ask(question)),
  );

  it('what is quoted stands in the excerpt of its source, and each claim has one', async () => {
    for (const [question] of siteQuestions) {
      const { text, sources } = await askFor(question);
      if (notFoundTexts.includes(text) || ['What can you help me with?', 'Hello'].includes(question))
        continue;
      for (const claim of text.split(/\n\n|\n(?=- )/).filter(part => !part.endsWith(':')))
        expect(claim, question).toMatch(/\[\d\]$/);
      for (const { n, excerpt } of sources) {
        const [first = ''] = text.split(`[${n}]`);
        const claim =
          first
            .split(/\[\d\]\s*|\n\n|(?:^|\n)- /)
            .at(-1)
            ?.trim() ?? '';
        expect(holdsWords(excerpt, claim.slice(0, 100)), `${question}: ${claim} | ${excerpt}`).toBe(true);
      }
    }
  });
});
