import { describe, expect, it } from 'vitest';
import { extractiveModel } from '../../functions/assistant/extracts/extractive-model.ts';
import type { ModelInput, Passage } from '../../functions/platform/models/model.ts';
import { notFoundTexts } from '../../functions/assistant/extracts/phrases.ts';
import { askExtractive, passage, request, respond } from '../support/model-requests.ts';

const visit = passage(
  1,
  'Visit – Harbour Museum',
  ['Visit', 'Opening hours'],
  `Opening hours

The museum is open all year except on 24 and 25 December.

Day | Hours
Monday | Closed
Tuesday | 10:00–17:00
Thursday | 10:00–20:00
Saturday | 9:30–18:00
Sunday | 9:30–19:00

Last admission is 45 minutes before closing.`,
);
const tickets = passage(
  2,
  'Tickets – Harbour Museum',
  ['Tickets and prices'],
  `Tickets and prices

Ticket | Price at the door | Price online
Adult | 12 € | 10 €
Child (6–15) | 5 € | 4 €
Family | 28 € | 24 €

Children under six get in free. Groups of ten or more pay 8 € each.

Refunds

Tickets can be returned up to 24 hours before the visit. It takes up to five working days until the money is back.`,
);
const directions = passage(
  3,
  'How to find us',
  ['Getting here'],
  `Getting here

Address

Harbour Museum, Quay Street 12, 20457 Port City

By car: there is no parking at the museum. The nearest car park is Harbour Garage, Dock Road 4.

You can bring:

- folding wheelchairs and push-chairs
- small bags up to 30 × 40 cm
- guide dogs`,
);
const install = passage(
  4,
  'Audio guide',
  ['Audio guide', 'Installation'],
  `Installation

Install the guide with npm:

\`\`\`
npm install harbour-guide
\`\`\`

Node 20 or newer is needed.`,
);
const aboutUs = passage(
  5,
  'About us',
  ['About us'],
  `About us

The Harbour Museum was founded in 1968 by the shipbuilder Ada Thornton. It shows how the harbour grew from a fishing village. Today 45 people work here. Its director is Dr. Peter Vance, who took over in 2019.`,
);
const site = [visit, tickets, directions, install, aboutUs];

const ask = (question: string, passages: readonly Passage[] = site, before: ModelInput[] = []) =>
  askExtractive(question, passages, before);

describe('what is quoted', () => {
  it.each([
    ['When are you open on Sunday?', 'Opening hours:\n- Sunday: 9:30–19:00 [1]'],
    [
      'Who founded the museum?',
      'The Harbour Museum was founded in 1968 by the shipbuilder Ada Thornton. [5]',
    ],
    ['How many people work at the museum?', 'Today 45 people work here. [5]'],
    [
      'How do I get a refund?',
      'Tickets can be returned up to 24 hours before the visit. It takes up to five working days until the money is back. [2]',
    ],
  ])('stands in a passage word for word, with its citation: %s', async (question, answer) =>
    expect(await ask(question)).toBe(answer),
  );

  it('is a row with what stands above it, a list with the line that introduces it, and code with what it does', async () => {
    expect(await ask('Are you open on Mondays?')).toContain('- Monday: Closed [1]');
    expect(await ask('What can I bring?')).toBe(
      'You can bring:\n\n- folding wheelchairs and push-chairs [3]\n- small bags up to 30 × 40 cm [3]\n- guide dogs [3]',
    );
    expect(await ask('How do I install the guide?')).toBe(
      'Install the guide with npm:\n\n```\nnpm install harbour-guide\n```\n\n[4]',
    );
  });

  it('is the whole table where nothing singles out a row', async () => {
    const rows = [
      'Monday: Closed',
      'Tuesday: 10:00–17:00',
      'Thursday: 10:00–20:00',
      'Saturday: 9:30–18:00',
      'Sunday: 9:30–19:00',
    ];
    expect(await ask('What are the opening hours?')).toContain(`- ${rows.join(' [1]\n- ')} [1]`);
  });
});

describe('who asks what no passage speaks about', () => {
  it.each([
    'What is the capital of Mongolia?',
    'Do you sell pizza?',
    'Is there wifi?',
    'How many ships are there?',
    '?',
    'Who won the 2014 World Cup?',
  ])('is told that it is not known: %s', async question =>
    expect(notFoundTexts).toContain(await ask(question)),
  );
});

describe('who greets, or asks what to ask', () => {
  it.each(['hello', 'Good morning!', 'Thank you very much.', 'Danke', 'What can you help me with?'])(
    'is told what the pages are about: %s',
    async said => expect(await ask(said)).toContain('- Tickets – Harbour Museum [2]'),
  );

  it('is answered in the language of the question, and told that nothing is known where nothing is', async () => {
    expect(await ask('Womit kannst du mir helfen?')).toContain('Ich beantworte Fragen');
    expect(notFoundTexts).toContain(await ask('What can you help me with?', []));
  });
});

describe('questions and answers on a page', () => {
  const faq = passage(
    1,
    'Questions',
    ['Coming here'],
    `Coming here

Which bus goes to the hall?
Lines 3 and 11 stop at Ropewalk. The station is fifteen minutes on foot.

May I bring my dog?
Assistance dogs are welcome everywhere. Other dogs may come to the café corner.`,
  );

  it('answer with the whole answer, and never quote the question', async () => {
    expect(await ask('Can I bring a dog?', [faq])).toBe(
      'Assistance dogs are welcome everywhere. Other dogs may come to the café corner. [1]',
    );
    expect(await ask('Which bus do I take?', [faq])).toBe(
      'Lines 3 and 11 stop at Ropewalk. The station is fifteen minutes on foot. [1]',
    );
  });
});

describe('a question that leans on the one before', () => {
  const before = (question: string): ModelInput[] => [
    { role: 'user', text: question },
    { role: 'assistant', text: 'Something.' },
  ];

  it('is searched for once more, together with that', async () => {
    const input: ModelInput[] = [
      ...before('When are you open on Saturday?'),
      { role: 'user', text: 'and on Sunday?' },
    ];
    const { events } = await respond(extractiveModel, request('', { input, passages: [] }));
    expect(events[0]).toMatchObject({
      type: 'tool_call',
      call: { name: 'search_knowledge', arguments: '{"query":"Sunday open Saturday"}' },
    });
    const call = { id: 'call_1', name: 'search_knowledge', arguments: '{}' };
    const found: ModelInput[] = [...input, { role: 'tool', call, output: '', passages: [visit] }];
    const { text } = await respond(extractiveModel, request('', { input: found, passages: [] }));
    expect(text).toContain('- Sunday: 9:30–19:00 [1]');
  });

  it('borrows its words', async () => {
    expect(await ask('What about a family?', site, before('How much is a ticket for an adult?'))).toContain(
      'Family: Price at the door 28 €',
    );
  });

  it('does not change a question that stands alone', async () => {
    const alone = await ask('Who founded the museum?');
    expect(await ask('Who founded the museum?', site, before('When are you open on Saturday?'))).toBe(alone);
  });
});
