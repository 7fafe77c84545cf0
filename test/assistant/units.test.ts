import { expect, test } from 'vitest';
import { sentencesOf, unitsOf } from '../../functions/assistant/extracts/units.ts';

test.each([
  ['[1]', ['The bell was cast in 1743.[1]', 'It cracked in 1802.[2][3]', 'It was recast.']],
  ['[a] of letters', ['Is it heavy?[a]', 'It is.[b]', 'Look up.']],
])('the mark of a note stays with the sentence before it: %s', (_, sentences) => {
  expect(sentencesOf(sentences.join(' '))).toEqual(sentences);
});

test('the items of a list may be marked by letters and numerals', () => {
  expect(unitsOf('a. one\nb. two\niv. four').map(({ kind, text }) => [kind, text])).toEqual([
    ['item', 'one'],
    ['item', 'two'],
    ['item', 'four'],
  ]);
});
