/** Letters that a font draws as one, and the shapes of Arabic and Hebrew letters: no search finds them. */
const drawnForms = /[\ufb00-\ufdff\ufe70-\ufefc]+/g;
/** Control characters, soft hyphens, marks that have no width, and places that fonts give to no letter. */
const unprinted = /(?!\s)\p{Cc}|[\u00ad\u200b\u2060\ufeff\ufffd\ufffe\uffff]/gu;
/** Scripts that put no blanks between words: the blank is the end of a line. */
const blankInChinese =
  /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]) (?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef])/gu;

/** The text of a page as it is written: ligatures as letters, no marks of the printer, one blank between words. */
export const tidyText = (text: string): string =>
  text
    .replace(drawnForms, forms => forms.normalize('NFKC'))
    .replace(unprinted, '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(blankInChinese, '')
    .trim();

/** Places that fonts give to letters which they do not name, and characters that print nothing. */
const unnamed = /(?!\s)\p{Cc}|\ufffd|\p{Private_Use}/gu;
/** More than this share of a page's characters without a name: its text is none. */
const mostUnnamed = 0.1;
/** Fewer letters tell nothing about the language. */
const leastLetters = 60;
/** Of the Latin letters of a text in any language, so many are vowels. */
const vowels = { least: 0.22, most: 0.65 };
/** Of the words of a text, so many may have a capital letter or a digit behind a small letter. */
const mostMixedWords = 0.4;

/** Whether a page's text is certainly not what is printed: its fonts do not say which letters they draw. */
export function isGarbled(text: string): boolean {
  const characters = text.replace(/\s/g, '');
  return characters !== '' && (text.match(unnamed)?.length ?? 0) > characters.length * mostUnnamed;
}

/** Whether a page's text reads like none of any language in Latin letters: codes, or letters shifted by a font. */
export function readsLikeNoLanguage(text: string): boolean {
  const letters = text.match(/\p{Script=Latin}/gu) ?? [];
  const shown = text.replace(/\s/g, '').length;
  const others = text.match(/\p{L}/gu)?.length ?? 0;
  if (others > letters.length * 2) return false;
  if (letters.length < leastLetters) return shown >= leastLetters * 2 && !/\d/.test(text);
  const share = letters.filter(letter => /[aeiouy]/i.test(letter.normalize('NFD'))).length / letters.length;
  if (share < vowels.least || share > vowels.most) return true;
  const words = text.match(/\S{3,}/g) ?? [];
  const mixed = words.filter(word =>
    /\p{Ll}[\p{Lu}\d]|\d\p{L}+\d|[!-/:-@[-`{-~]\p{L}+[!-+/:-@[-`{-~]\p{L}/u.test(word),
  );
  return mixed.length > words.length * mostMixedWords;
}
