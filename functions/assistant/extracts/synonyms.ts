import { stemOf } from '../../platform/text/words.ts';

/** Words that stand for each other on the websites of organisations. */
const groups: readonly (readonly string[])[] = [
  ['cost', 'price', 'fee', 'charge', 'fare', 'rate', 'tariff', 'expensive', 'cheap'],
  ['admission', 'entry', 'entrance', 'ticket'],
  ['open', 'opening'],
  ['close', 'closed', 'closing', 'shut'],
  ['holiday', 'christmas', 'xmas', 'easter'],
  ['hour', 'time'],
  ['phone', 'telephone', 'mobile', 'hotline', 'call'],
  ['email', 'mail'],
  ['contact', 'telephone', 'email', 'phone', 'reach'],
  ['address', 'located', 'location', 'directions'],
  ['buy', 'purchase', 'order'],
  ['book', 'reserve', 'reservation', 'booking'],
  ['rent', 'hire', 'rental'],
  ['cancel', 'cancellation', 'refund'],
  ['cancel', 'end', 'terminate', 'quit'],
  ['return', 'refund'],
  ['refund', 'reimburse', 'repay', 'money'],
  ['loan', 'borrow', 'lend'],
  ['guest', 'friend', 'visitor', 'companion'],
  ['reply', 'answer', 'respond', 'response'],
  ['donate', 'donation', 'gift', 'give'],
  ['complain', 'complaint'],
  ['apply', 'application'],
  ['pay', 'payment'],
  ['medicine', 'prescription', 'drug'],
  ['doctor', 'physician'],
  ['broken', 'damage', 'damaged', 'repair'],
  ['fix', 'mend', 'repair'],
  ['cctv', 'camera'],
  ['pottery', 'ceramics'],
  ['late', 'overdue'],
  ['fine', 'penalty', 'charge'],
  ['join', 'become', 'register', 'enrol', 'signup'],
  ['member', 'membership'],
  ['job', 'career', 'vacancy', 'position', 'employment', 'hiring'],
  ['parking', 'park'],
  ['kid', 'child', 'children'],
  ['family', 'household'],
  ['pensioner', 'senior', 'retired'],
  ['dog', 'pet', 'animal'],
  ['item', 'thing', 'object'],
  ['wheelchair', 'accessible', 'accessibility', 'disability', 'disabled'],
  ['begin', 'start'],
  ['allowed', 'permitted', 'welcome'],
  ['learn', 'course', 'class', 'lesson'],
  ['end', 'finish'],
  ['film', 'movie'],
  ['director', 'manager', 'head', 'chief', 'ceo', 'boss', 'run', 'lead'],
  ['delivery', 'shipping', 'ship', 'deliver'],
  ['founded', 'established', 'founding', 'founder'],
  ['wifi', 'wi', 'wlan', 'internet'],
  ['size', 'large', 'big'],
  ['age', 'old'],
];

/** Words that stand beside the thing and do not mean it: to search with, and for nothing else. */
const companions: Readonly<Record<string, readonly string[]>> = {
  [stemOf('address')]: ['find', 'street', 'road', 'lane', 'postcode'],
  [stemOf('open')]: ['opening', 'hours'],
  [stemOf('cancel')]: ['leave', 'leaving'],
};

/** Every word that is known here. */
export const knownWords: readonly string[] = [...groups, ...Object.values(companions)].flat();

const stemmed = groups.map(group => group.map(word => ({ word, stem: stemOf(word) })));

/** Stems that mean the same as this one. */
export const alternativesTo = (stem: string): string[] => [
  ...new Set(wordsFor(stem).map(({ stem }) => stem)),
];

/** Words to search with beside one of that stem: few, since each brings passages of its own. */
export const otherWordsFor = (stem: string): string[] => [
  ...(companions[stem] ?? []),
  ...wordsFor(stem)
    .slice(0, 4)
    .map(({ word }) => word),
];

const wordsFor = (stem: string) =>
  stemmed
    .filter(group => group.some(member => member.stem === stem))
    .flat()
    .filter(member => member.stem !== stem);
