import { describe, expect, it } from 'vitest';
import { extractiveModel } from '../../functions/platform/extractive-model.ts';
import type { ModelInput, Passage } from '../../functions/platform/model.ts';
import { notFoundTexts } from '../../functions/platform/models/languages.ts';
import { sentencesOf, unitsOf } from '../../functions/platform/models/units.ts';
import { request, respond } from '../support/model-requests.ts';

const passage = (n: number, title: string, headings: string[], text: string): Passage => ({
  n,
  title,
  headings,
  text,
  url: `https://museum.example/${n}`,
  score: 10 - n,
});

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

async function ask(question: string, passages = site, before: ModelInput[] = []): Promise<string> {
  const input: ModelInput[] = [...before, { role: 'user', text: question }];
  const { text } = await respond(extractiveModel, request(question, { input, passages, tools: [] }));
  return text;
}

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
    ['How do I get a refund?', 'Tickets can be returned up to 24 hours before the visit. [2]'],
  ])('%s', async (question, answer) => expect(await ask(question)).toBe(answer));

  it('gets the whole table where nothing singles out a row', async () => {
    const rows = [
      'Monday: Closed',
      'Tuesday: 10:00–17:00',
      'Thursday: 10:00–20:00',
      'Saturday: 9:30–18:00',
      'Sunday: 9:30–19:00',
    ];
    for (const question of ['What are the opening hours?', 'opening hours', 'Are you open today?'])
      expect(await ask(question)).toBe(`Opening hours:\n- ${rows.join('\n- ')} [1]`);
  });

  it('gets a list with the line that introduces it, and code with what it does', async () => {
    expect(await ask('What can I bring?')).toBe(
      'You can bring:\n\n- folding wheelchairs and push-chairs\n- small bags up to 30 × 40 cm\n- guide dogs [3]',
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
    'hello',
    '?',
    'Who won the 2014 World Cup?',
  ])('%s: is told that it is not known', async question =>
    expect(notFoundTexts).toContain(await ask(question)),
  );
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

  it('does not change a question that stands alone', async () => {
    const alone = await ask('Who founded the museum?');
    expect(await ask('Who founded the museum?', site, before('When are you open on Saturday?'))).toBe(alone);
  });
});

describe('other languages', () => {
  it.each([
    [
      'de',
      'Wann hat das Museum geöffnet?',
      'Das Museum ist dienstags bis sonntags von 10 bis 18 Uhr geöffnet. Der Eintritt ist frei.',
      'dienstags bis sonntags',
    ],
    [
      'fr',
      "Combien coûte l'entrée ?",
      "Le musée est ouvert tous les jours. L'entrée coûte 12 euros.",
      "L'entrée coûte 12 euros.",
    ],
    [
      'pl',
      'Ile kosztuje bilet?',
      'Muzeum jest otwarte codziennie. Bilet normalny kosztuje 30 zł.',
      'kosztuje 30 zł',
    ],
    [
      'es',
      '¿Quién fundó el museo?',
      'El museo fue fundado por Ana Ruiz en 1968. Abre todos los días.',
      'Ana Ruiz',
    ],
    [
      'ru',
      'Сколько стоит билет?',
      'Музей открыт ежедневно. Билет стоит 300 рублей.',
      'Билет стоит 300 рублей.',
    ],
    ['ja', '開館時間は何時ですか', '開館時間は午前9時から午後5時までです。駐車場はありません。', '午前9時'],
    ['zh', '博物馆几点开门？', '博物馆上午9点开门，下午5点关门。停车场在对面。', '上午9点'],
    ['ar', 'ما هو سعر التذكرة؟', 'المتحف مفتوح كل يوم. سعر التذكرة 12 يورو.', '12 يورو'],
  ])('%s', async (_, question, text, answer) => {
    const reply = await ask(question, [passage(1, 'x', [], text)]);
    expect(reply).toContain(answer);
    expect(reply).toContain('[1]');
  });

  it('a refusal is in the language of the question', async () => {
    expect(await ask('Gibt es bei euch eine Garderobe?')).toMatch(/keine Antwort/);
    expect(await ask('Est-ce que vous avez une piscine ?')).toMatch(/pas trouvé/);
    expect(await ask('ピザはありますか')).toMatch(/見つかりませんでした/);
  });
});

describe('what is quoted', () => {
  it('is said once, though it stands on several pages', async () => {
    const notice = 'The café on the pier is closed for repairs until June.';
    const pages = [1, 2, 3].map(n =>
      passage(n, 'Pier', [], `${notice} Page ${n} has more of its own to tell about ships.`),
    );
    const text = await ask('When does the café on the pier open again after repairs?', pages);
    expect(text.split(notice)).toHaveLength(2);
  });

  it('can not pass for a citation or for Markdown of ours', async () => {
    const text = await ask('What does the *sign* on the gate say?', [
      passage(
        1,
        'Gate',
        [],
        'The sign on the gate says ![x](http://evil.example) <b>and</b> [7] and [click](http://evil.example).',
      ),
    ]);
    expect(text).toContain('\\[7]');
    expect(text).toContain('!\\[x](http://evil.example)');
    expect(text).toContain('\\<b>');
    expect(text).toContain('\\[click](');
    expect(text.endsWith('[1]')).toBe(true);
  });
});

describe('units', () => {
  it('keep sentences whole', () => {
    expect(
      sentencesOf('Dr. Vance paid approx. 3.5 million, e.g. for St. Mary. He left. Was it J. R. Smith?'),
    ).toEqual(['Dr. Vance paid approx. 3.5 million, e.g. for St. Mary.', 'He left.', 'Was it J. R. Smith?']);
  });

  it('join lines that a PDF has broken and leave short lines apart', () => {
    expect(
      unitsOf('The museum was founded in 1968 by a shipbuilder who\nloved boats.').map(({ text }) => text),
    ).toEqual(['The museum was founded in 1968 by a shipbuilder who loved boats.']);
    expect(unitsOf('Mon 9–17\nTue 9–18').map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'row Mon 9–17',
      'row Tue 9–18',
    ]);
  });

  it('read tables with a ruler and without, and lose no row', () => {
    expect(unitsOf('| A | B |\n|---|---|\n| x | 1 |').map(({ text }) => text)).toEqual(['x: 1']);
    expect(unitsOf('Reading room | by appointment\nCafé | 9–17').map(({ text }) => text)).toEqual([
      'Reading room: by appointment',
      'Café: 9–17',
    ]);
  });
});
