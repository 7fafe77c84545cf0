import { describe, expect, it } from 'vitest';
import { notFoundTexts } from '../../functions/assistant/extracts/phrases.ts';
import { askExtractive as ask, passage } from '../support/model-requests.ts';

const home = passage(
  1,
  'Harbour Museum',
  ['Welcome', 'What we have'],
  `What we have

Five galleries

Ships, nets, whales, maps and lights. See the galleries.

A garden

Dogs may come into the garden, but not into the galleries.`,
);
const mention = passage(
  2,
  'Questions',
  ['Coming here'],
  'Assistance dogs are welcome everywhere. Other dogs may come to the garden, but not into the galleries.',
);

const tickets = passage(
  2,
  'Tickets',
  ['Tickets and prices'],
  `Tickets and prices

Ticket | Price
Adult | 12 €
Family | 28 €

Refunds

Tickets can be returned up to 24 hours before the visit.

It takes up to five working days until the money is back.`,
);

describe('a question for all of a kind', () => {
  it('gets the list under the heading that names it, and not a sentence that mentions it', async () => {
    expect(await ask('Which galleries are there?', [mention, home])).toBe(
      'Ships, nets, whales, maps and lights. [1]',
    );
    expect(await ask('What tickets do you offer?', [tickets])).toContain('- Family: 28 € [2]');
  });

  it('is not answered by a mention', async () => {
    expect(notFoundTexts).toContain(await ask('Which galleries are there?', [mention]));
  });
});

describe('what answers it', () => {
  const loans = passage(
    1,
    'Borrowing',
    ['Borrowing', 'How many and how long'],
    `How many and how long

- Up to five things at a time.
- For seven days. Garden machines only for three.
- Renew once, unless somebody is waiting.`,
  );

  it('is of a list only what has the shape of it', async () => {
    expect(await ask('How long can I borrow a tool?', [loans])).toBe(
      'How many and how long:\n- For seven days. Garden machines only for three. [1]',
    );
  });

  it('has a citation in each paragraph', async () => {
    const text = await ask('How do I get a refund for my ticket?', [tickets]);
    for (const paragraph of text.split(/\n\n|\n(?=- )/).filter(part => !part.endsWith(':')))
      expect(paragraph).toMatch(/\[\d\]$/);
  });
});

describe('a visitor who asks what to ask', () => {
  it.each(['What can you help me with?', 'who are you', 'Help!', 'What is this website about?'])(
    '%s: is told what the pages are about',
    async question =>
      expect(await ask(question, [home, tickets, { ...home, n: 3 }])).toBe(
        `I answer questions from the documents that I have learned, for example about:

- Harbour Museum [1]
- Tickets [2]`,
      ),
  );

  it('is told in the language of the question, and that nothing is known where nothing is', async () => {
    expect(await ask('Womit kannst du mir helfen?', [home])).toContain('Ich beantworte Fragen');
    expect(notFoundTexts).toContain(await ask('What can you help me with?', []));
  });

  it('is not one who asks for help with something', async () => {
    expect(await ask('Can you help me with a refund?', [tickets])).not.toContain('I answer questions');
  });
});
