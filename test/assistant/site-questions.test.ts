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
import { siteConversations, siteQuestions, strangeQuestions } from '../support/site-questions.ts';
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
  it.each([
    'How do I become a member?',
    'How long can I borrow a drill?',
    'What is the address?',
    'Which workshops are there?',
    'What rooms can I hire?',
    'How do I cancel my membership?',
    'When are you open on Saturday?',
    'When are you open?',
    'What are your opening hours?',
    'How much does 3D printing cost?',
    "I'm a pensioner, what would I pay per month?",
    "Can I weld if I'm 15?",
    'Which rooms do you have?',
    'wehn can i use the lazer cutter',
    'Whats the adress',
  ])('%s', async question => {
    const [, words = ''] = siteQuestions.find(([asked]) => asked === question) ?? [];
    const text = await ask(question);
    expect(holdsWords(text, words), text).toBe(true);
  });

  it('nineteen of twenty questions are answered, and none that the site does not answer', async () => {
    const missed: string[] = [];
    for (const [question, words] of siteQuestions)
      if (!holdsWords(await ask(question), words)) missed.push(question);
    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(siteQuestions.length / 20);
    for (const question of strangeQuestions) expect(notFoundTexts).toContain(await ask(question));
  });

  it.each([
    ['Which workshops are there?', 'dogs'],
    ['How do I cancel my membership?', 'Harassment'],
    ['What can you help me with?', 'companion'],
    ['What happens to my data?', 'Harassment'],
    ['When are you open on Saturday?', 'lamps'],
    ['When are you open?', 'evening'],
    ['When is the harbour fair?', 'desk'],
    ['How many members do you have?', '900'],
    ['I left my umbrella there last week', 'machine'],
    ['Tell me about membership', 'complaints'],
  ])('%s is not answered with %s', async (question, beside) =>
    expect(await ask(question)).not.toContain(beside),
  );

  it.each(siteConversations.map(([questions, words]) => [questions.join(' '), questions, words] as const))(
    '%s',
    async (_, questions, words) => {
      const history: HistoryMessage[] = [];
      let text = '';
      for (const question of questions) {
        ({ text } = await askFor(question, history));
        history.push({ role: 'user', text: question }, { role: 'assistant', text });
      }
      expect(holdsWords(text, words), text).toBe(true);
    },
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
