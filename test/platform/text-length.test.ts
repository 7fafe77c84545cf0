import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { cut, isLonger, lengthOf } from '../../functions/platform/portable/text-length.ts';

const texts = fc.string({
  unit: fc.constantFrom('a', 'ż', '한', '😀', '\ud83d', '\ude00', '👩‍🚀', '\n'),
  maxLength: 30,
});

describe('the length of a text', () => {
  test('is its characters, of which an emoji is one', () => {
    expect(lengthOf('')).toBe(0);
    expect(lengthOf('zażółć')).toBe(6);
    expect(lengthOf('😀'.repeat(4_016))).toBe(4_016);
  });

  test('is what schemas count', () => {
    fc.assert(
      fc.property(texts, fc.nat(40), (text, most) => {
        expect(isLonger(text, most)).toBe(!z.string().max(most).safeParse(text).success);
        expect(isLonger(text, most)).toBe(lengthOf(text) > most);
      }),
    );
  });

  test('that is cut is the beginning, at most so long, and of whole characters', () => {
    fc.assert(
      fc.property(texts, fc.nat(40), (text, most) => {
        const begin = cut(text, most);
        expect(text.startsWith(begin)).toBe(true);
        expect(lengthOf(begin)).toBe(Math.min(most, lengthOf(text)));
        if (text.isWellFormed()) expect(begin.isWellFormed()).toBe(true);
      }),
    );
  });
});
