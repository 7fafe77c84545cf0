import * as z from 'zod';

/**
 * Control characters, lone surrogates, other line breaks, and characters that change the direction of the text after
 * them. In a name they hide or reorder what people read. The marks and joiners that right-to-left scripts and emoji
 * need are not among them.
 */
const deceiving = /[\p{Cc}\p{Cs}\u2028-\u202E\u2066-\u2069]/u;

const showsAllItHolds = (text: string): boolean => !deceiving.test(text);

/** A name as people read it: one line, with nothing hidden. It is kept as it was sent. */
export const exactName = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine(showsAllItHolds, 'must not hold control characters or turn the direction of text');

/** The same, without spaces around it, and not empty. */
export const plainName = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine(showsAllItHolds, 'must not hold control characters or turn the direction of text');
