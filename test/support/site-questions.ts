/**
 * What visitors ask of an organisation's website, here of `sample-site/`: in their own words, which are often not those of the page.
 * With each what an answer must hold.
 */
export const siteQuestions: readonly (readonly [question: string, holds: string])[] = [
  ['How do I become a member?', 'open evening'],
  ['How can I join?', 'open evening'],
  ['How long can I borrow a drill?', 'seven days'],
  ['How long may I keep a tool?', 'seven days'],
  ['How many tools can I borrow at once?', 'five things'],
  ['What is the address?', '14 Ropewalk Lane'],
  ['Where are you located?', '14 Ropewalk Lane'],
  ['Where is the hall?', 'Ropewalk Lane'],
  ['What is your phone number?', '01632 960141'],
  ['How can I reach the tool library?', 'tools@makershall.example'],
  ['What does membership cost?', '£18'],
  ['How much is a day ticket?', '£8'],
  ['How much does it cost for students?', '£9'],
  ['How much is a yearly membership for an adult?', '£180'],
  ['Can I cancel my membership?', 'end of the month'],
  ['Can I get my money back if I leave?', 'refund'],
  ['What happens if I return a tool late?', '50 pence'],
  ['What if I break something?', 'repair'],
  ['Do I have to pay a deposit?', '£30'],
  ['Can I renew a loan?', 'renew once'],
  ['Can I reserve a tool?', 'reserved at the desk'],
  ['Is there parking?', 'four spaces'],
  ['Can I bring my dog?', 'assistance dogs'],
  ['Do you have wifi?', 'free'],
  ['How can I volunteer?', 'breakfast'],
  ['From what age can children use the machines?', '12'],
  ['Which bus goes there?', 'lines 3 and 11'],
  ['What is in the workshops?', 'wood'],
  ['When is the open evening?', 'thursday'],
  ['How big is a storage shelf?', '60 by 40'],
  ['How much is a locker?', '£3'],
  ['Can I bring a friend?', 'one guest'],
  ['Who handles complaints?', 'hall manager'],
  ['How long does it take to get a reply to an e-mail?', 'three working days'],
  ['May I sell what I make?', 'business rate'],
  ['Where do I find lost things?', 'one month'],
  ['Do you take donations of tools?', 'saturdays'],
  ['Which workshops are there?', 'wood, metal, textiles'],
  ['What workshops do you have?', 'wood, metal, textiles'],
  ['What courses can I take?', 'spoon carving'],
  ['What happens to my data?', 'correction or deletion'],
  ['What rooms can I hire?', 'Sail Room: seats 20'],
  ['How do I cancel my membership?', 'end of the month in which you tell us'],
  ['How long can I borrow a tool?', 'seven days'],
  ['When are you open on Saturday?', 'workshops 9:00 to 18:00'],
  ['What can you help me with?', 'workshops and inductions'],
];

/** What the site does not say. */
export const strangeQuestions: readonly string[] = [
  'Who is the president of France?',
  'What is the capital of Mongolia?',
  'How do I bake sourdough bread?',
  'Do you offer swimming lessons?',
  'What is the exchange rate of the dollar?',
  'Can I rent a car from you?',
];

/** What a visitor asks one after the other, and what the last answer must hold. */
export const siteConversations: readonly (readonly [questions: readonly string[], holds: string])[] = [
  [['How long can I borrow a tool?', 'Which workshops are there?'], 'wood, metal, textiles'],
  [['What rooms can I hire?', 'And who can I call?'], 'Office and room hire: 01632 960142'],
  [['Can I bring my dog?', 'Is there wifi?'], 'free, in the whole building'],
  [['What does membership cost?', 'And for students?'], '£9'],
  [['When are you open on Saturday?', 'and on Sunday?'], 'workshops 12:00 to 17:00'],
  [['How long can I borrow a tool?', 'What if it breaks?'], 'you pay for the repair'],
];
