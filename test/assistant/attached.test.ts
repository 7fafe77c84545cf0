import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { passagesIn } from '../../functions/assistant/attached.ts';
import { type AnswerEvent, answer, ensureMode } from '../../functions/assistant/index.ts';
import { removeMode } from '../../functions/assistant/store.ts';
import { type AssistantWorld, harbour, museum, startAssistant } from './assistant-world.ts';

let world: AssistantWorld;
beforeAll(async () => {
  world = await startAssistant();
  await world.learn();
});
afterAll(() => world.stop());

const files = [
  {
    name: 'guided-tour.txt',
    text: 'Tour 14 leaves from the north gate.\n\nThe guide of tour 14 is called Ottilie.',
  },
];

async function asked(allow_file_upload: boolean): Promise<Extract<AnswerEvent, { type: 'final' }>> {
  await removeMode(harbour, museum, world.effects);
  await ensureMode(harbour, { name: museum, allow_file_upload }, world.effects);
  const request = {
    workspace: harbour,
    mode: museum,
    question: 'Who is the guide of tour 14?',
    history: [],
    files,
  };
  for await (const event of answer(request, world.effects, AbortSignal.timeout(30_000)))
    if (event.type === 'final') return event;
  return expect.fail('there was no end');
}

describe('a file that comes with a question', () => {
  it('is answered from, and cited by its name, where the mode takes files', async () => {
    const { text, sources } = await asked(true);
    expect(text).toContain('The guide of tour 14 is called Ottilie.');
    expect(sources[0]).toMatchObject({ n: 1, title: 'guided-tour.txt', url: '' });
  });

  it('counts for nothing where it takes none', async () => {
    const { text, sources } = await asked(false);
    expect(text).not.toContain('Ottilie');
    expect(sources.map(({ title }) => title)).not.toContain('guided-tour.txt');
  });
});

describe('the passages of files', () => {
  it('are the whole of a short file', () => {
    expect(passagesIn(files, 'x').map(({ text }) => text)).toEqual([files[0]?.text]);
  });

  it('are those that speak to the question, where a file is long', () => {
    const lines = Array.from({ length: 4_000 }, (_, n) => `Line ${n} tells of nothing much.`);
    lines[3_210] = 'The harbour master keeps the key.';
    const found = passagesIn(
      [{ name: 'log', text: lines.join('\n') }],
      'Who keeps the key of the harbour master?',
    );
    expect(found).toHaveLength(12);
    expect(found.some(({ text }) => text.includes('The harbour master keeps the key.'))).toBe(true);
    expect(found.map(({ start }) => start)).toEqual(
      found.map(({ start }) => start).toSorted((a, b) => a - b),
    );
  });

  it('lose nothing of a text, whatever it holds, and halve no character', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\n\n', ' ', '𝛼'.repeat(700), 'a'.repeat(999)),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), parts => {
        const text = parts.join('').toWellFormed().slice(0, 9_000).toWellFormed();
        const found = passagesIn([{ name: 'x', text }], 'x');
        const kept = found.map(({ text }) => text).join('');
        expect(kept.replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
        expect(found.every(({ text }) => text.isWellFormed() && text.length <= 1_000)).toBe(true);
      }),
    );
  });
});
