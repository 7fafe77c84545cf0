import { expect, test } from 'vitest';
import { sizeInWords } from '../../functions/platform/portable/size-in-words.ts';

test.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [256 * 1024, '256 KB'],
  [1536, '1.5 KB'],
  [4 * 1024 * 1024, '4 MB'],
  [5_000 * 1024 ** 3, '5000 GB'],
])('%i bytes are %s', (bytes, words) => {
  expect(sizeInWords(bytes)).toBe(words);
});
