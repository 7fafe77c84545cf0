import * as z from 'zod';
import type { ModeName } from '../platform/ids.ts';

/** The public name of a mode: it stands in links (`/?mode=NAME`), so nothing in it needs escaping. */
export const modeName = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/,
    'lower-case letters, digits, hyphens and underscores, at most 64, beginning and ending with a letter or digit',
  )
  .transform(text => text as ModeName);

/** `#` and six hexadecimal digits, in lower case; the `#` may be left out. */
export const colour = z
  .string()
  .trim()
  .transform(text => (text.startsWith('#') ? text : `#${text}`).toLowerCase())
  .pipe(z.string().regex(/^#[0-9a-f]{6}$/, 'a colour is # and six hexadecimal digits'));

/** What an operator decides about an assistant. */
export const modeDraft = z.object({
  name: modeName,
  title: z.string().trim().min(1).max(120).default('Assistant'),
  /** The operator's own words to the model: whom it serves, how it speaks. */
  description: z.string().trim().max(4000).default(''),
  /** The first thing that a visitor reads. */
  intro: z
    .string()
    .trim()
    .max(1000)
    .default('Ask a question. Answers come with links to where they are from.'),
  /** Questions offered as buttons. */
  prompts: z.array(z.string().trim().min(1).max(200)).max(12).default([]),
  color: colour.default('#82002d'),
  text_color: colour.default('#ffffff'),
});
export type ModeDraft = z.input<typeof modeDraft>;

export const mode = modeDraft.extend({ created_at: z.iso.datetime({ offset: true }) });
export type Mode = z.output<typeof mode>;

/** A passage that an answer cites. */
export const source = z.object({
  n: z.int().min(1).describe('the number in the text: `[1]`'),
  id: z.string().describe("the document's id"),
  title: z.string(),
  url: z.string().describe('leads to the passage itself: its heading or the quoted words'),
  excerpt: z.string().max(200),
  score: z.number().describe('ranking score; comparable within one answer only'),
  page: z.int().min(1).optional(),
  heading: z.string().optional(),
});
export type Source = z.output<typeof source>;
