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

describe('what a visitor of a website asks', () => {
  it.each([
    ['When are you open on Sunday?', 'Opening hours:\n- Sunday: 9:30–19:00 [1]'],
    ['Are you open on Mondays?', 'Opening hours:\n- Monday: Closed [1]'],
    ['How late are you open on Thursdays?', 'Opening hours:\n- Thursday: 10:00–20:00 [1]'],
    [
      'How much does admission cost for adults?',
      'Tickets and prices:\n- Adult: Price at the door 12 €, Price online 10 € [2]',
    ],
    ['Where is the museum?', 'Harbour Museum, Quay Street 12, 20457 Port City [3]'],
    [
      'Who founded the museum?',
      'The Harbour Museum was founded in 1968 by the shipbuilder Ada Thornton. [5]',
    ],
    ['How many people work at the museum?', 'Today 45 people work here. [5]'],
    ['Is it free for kids?', 'Children under six get in free. [2]'],
    [
      'How do I get a refund?',
      'Tickets can be returned up to 24 hours before the visit. It takes up to five working days until the money is back. [2]',
    ],
  ])('%s', async (question, answer) => expect(await ask(question)).toBe(answer));

  it('gets the street and the time, though the page calls them neither address nor long', async () => {
    expect(await ask('What is the address?')).toMatch(
      /^Harbour Museum, Quay Street 12, 20457 Port City \[3\]/,
    );
    expect(await ask('How long does a refund take?')).toContain('up to five working days');
    expect(await ask('How do I contact you by e-mail?')).not.toContain('Quay Street');
  });

  it('gets the whole table where nothing singles out a row', async () => {
    const rows = [
      'Monday: Closed',
      'Tuesday: 10:00–17:00',
      'Thursday: 10:00–20:00',
      'Saturday: 9:30–18:00',
      'Sunday: 9:30–19:00',
    ];
    for (const question of ['What are the opening hours?', 'opening hours', 'Are you open today?'])
      expect(await ask(question)).toBe(`Opening hours:\n- ${rows.join(' [1]\n- ')} [1]`);
  });

  it('is heard without greeting, and in spite of a slip of the fingers', async () => {
    const answer = await ask('Is it free for kids?');
    for (const question of ['Hi there! Is it free for kids?', 'Is it free for my 4 kids?'])
      expect(await ask(question)).toBe(answer);
    expect(await ask('Waht is the adress?')).toBe(await ask('What is the address?'));
  });

  it.each(['hello', 'Good morning!', 'Thank you very much.', 'Danke'])(
    '%s: is told what may be asked',
    async said => {
      expect(await ask(said)).toContain('Tickets – Harbour Museum [2]');
    },
  );

  it('gets a list with the line that introduces it, and code with what it does', async () => {
    expect(await ask('What can I bring?')).toBe(
      'You can bring:\n\n- folding wheelchairs and push-chairs [3]\n- small bags up to 30 × 40 cm [3]\n- guide dogs [3]',
    );
    expect(await ask('Can I bring my dog?')).toContain('- guide dogs');
    expect(await ask('How do I install the guide?')).toBe(
      'Install the guide with npm:\n\n```\nnpm install harbour-guide\n```\n\n[4]',
    );
  });

  it('gets the sentence that a pronoun points back to', async () => {
    const text =
      'Tickets can be returned up to 24 hours before the visit. It takes up to five working days until the money is back. [2]';
    expect(await ask('How long does it take until the money is back?')).toBe(text);
  });

  it.each([
    'What is the capital of Mongolia?',
    'Do you sell pizza?',
    'Is there wifi?',
    'How many ships are there?',
    '?',
    'Who won the 2014 World Cup?',
  ])('%s: is told that it is not known', async question =>
    expect(notFoundTexts).toContain(await ask(question)),
  );
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

describe('a question whose own words find too little', () => {
  const searchedFor = async (question: string, passages: readonly Passage[]) => {
    const { events } = await respond(extractiveModel, request(question, { passages }));
    const [first] = events;
    return first?.type === 'tool_call'
      ? (JSON.parse(first.call.arguments) as { query: string }).query
      : undefined;
  };

  it('is searched for once more in words that a website would use', async () => {
    expect(await searchedFor('Is there wifi?', [])).toBe('wifi wi wlan internet');
    expect(await searchedFor('How much does membership cost?', [aboutUs])).toBe(
      'membership member price fee charge fare',
    );
  });

  it('is not, where they found enough, where no others are known, or where it was searched for already', async () => {
    expect(await searchedFor('Who founded the museum?', site)).toBeUndefined();
    expect(await searchedFor('Is there a submarine?', [])).toBeUndefined();
    const call = { id: 'call_1', name: 'search_knowledge', arguments: '{"query":"wifi"}' };
    const input: ModelInput[] = [
      { role: 'user', text: 'Is there wifi?' },
      { role: 'tool', call, output: '', passages: [] },
    ];
    const { text } = await respond(extractiveModel, request('', { input, passages: [] }));
    expect(notFoundTexts).toContain(text);
  });

  it('is answered from what that found', async () => {
    const call = { id: 'call_1', name: 'search_knowledge', arguments: '{"query":"price"}' };
    const input: ModelInput[] = [
      { role: 'user', text: 'How much does admission cost for adults?' },
      { role: 'tool', call, output: '', passages: [tickets] },
    ];
    const { text } = await respond(extractiveModel, request('', { input, passages: [aboutUs] }));
    expect(text).toContain('Adult: Price at the door 12 €, Price online 10 € [2]');
  });
});

describe('a question that leans on the one before', () => {
  const before = (question: string): ModelInput[] => [
    { role: 'user', text: question },
    { role: 'assistant', text: 'Something.' },
  ];

  it.each([
    ['and on Sunday?', 'When are you open on Saturday?', 'Opening hours:\n- Sunday: 9:30–19:00 [1]'],
    ['What about a family?', 'How much is a ticket for an adult?', 'Family: Price at the door 28 €'],
  ])('%s after %s', async (question, first, answer) => {
    expect(await ask(question, site, before(first))).toContain(answer);
  });

  it.each([
    ['Are there refunds?', 'Who founded the museum?'],
    ['And who founded the museum?', 'When are you open on Saturday?'],
    ['Is it free for kids?', 'Is it free for kids?'],
  ])('%s, after %s, borrows nothing', async (question, first) => {
    const alone = await ask(question.replace(/^And w/, 'W'));
    expect(notFoundTexts).not.toContain(alone);
    expect(await ask(question, site, before(first))).toBe(alone);
  });

  it('borrows all of it where the question has no word of its own', async () => {
    const [price] = (await ask('How much is it?', site, before('Is there a ticket for a family?'))).split(
      '\n\n',
    );
    expect(price).toContain('Family: Price at the door 28 €');
  });

  it('does not change a question that stands alone', async () => {
    const alone = await ask('Who founded the museum?');
    expect(await ask('Who founded the museum?', site, before('When are you open on Saturday?'))).toBe(alone);
  });
});
