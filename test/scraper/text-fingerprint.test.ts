import { expect, test } from 'vitest';
import { differenceOf, fingerprintOf, holdsPassage } from '../../functions/scraper/crawl/text-fingerprint.ts';

const hours = 'The hall is open from nine to five on weekdays, and from ten to four on Saturdays.';
const rent = 'The rent of the large hall is 40 euros an hour; members pay half of it.';

test('the same text does not differ, whatever its case and punctuation are', () => {
  const shouted = fingerprintOf([hours.toUpperCase().replaceAll(',', ' -')]);
  expect(differenceOf(fingerprintOf([hours]), shouted)).toBe(0);
});

test('texts that have nothing in common differ wholly, and half a text by half', () => {
  expect(differenceOf(fingerprintOf(['one two three']), fingerprintOf(['four five six']))).toBe(1);
  const half = differenceOf(fingerprintOf([hours, rent]), fingerprintOf([hours]));
  expect(half).toBeGreaterThan(0.4);
  expect(half).toBeLessThan(0.6);
  expect(differenceOf(fingerprintOf([]), fingerprintOf([]))).toBe(0);
});

test('one other number among many words is a small difference', () => {
  const words = Array.from({ length: 1000 }, (_, n) => `word${n}`);
  const one = fingerprintOf([words.join(' ')]);
  const other = fingerprintOf([words.with(500, 'changed').join(' ')]);
  expect(differenceOf(one, other)).toBeGreaterThan(0);
  expect(differenceOf(one, other)).toBeLessThan(0.01);
});

test.each([
  ['as it is', 'members pay half of it', true],
  ['over the end of a sentence', 'on Saturdays. The rent of the large hall', true],
  ['with another price', 'The rent of the large hall is 45 euros an hour', false],
  ['that is not there', 'Dogs are welcome in the garden.', false],
  ['of the same words in another order', 'half of it members pay', false],
  ['without words', '…', true],
])('a passage is found: %s', (_, passage, found) => {
  expect(holdsPassage(fingerprintOf([`${hours} ${rent}`]), passage)).toBe(found);
});

test('a long text costs little room', () => {
  const words = Array.from({ length: 2000 }, (_, n) => `word${n}`).join(' ');
  expect(fingerprintOf([words]).length).toBeLessThan(4_000);
  expect(
    fingerprintOf(Array.from({ length: 50 }, () => words.replaceAll('word', crypto.randomUUID()))).length,
  ).toBeLessThan(17_000);
});
