/**
 * Whether the text can not have this encoding: more than half of its characters beyond ASCII could not be decoded (one
 * that was cut short is not enough), or, of Latin letters, nearly all in its words have accents, which no language has.
 */
export function isContradicted(text: string, encoding: string): boolean {
  let [broken, beyondAscii, accented, inWords] = [0, 0, 0, 0];
  let [word, accents] = [0, 0];
  for (let at = 0; at <= text.length; at += 1) {
    const unit = at === text.length ? 0 : text.charCodeAt(at);
    if (unit > 0x7f) beyondAscii += 1;
    if (unit === 0xfffd || (unit >= 0x80 && unit < 0xa0)) broken += 1;
    const isAccented = unit >= 0xc0 && unit < 0x180;
    if (isAccented || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a)) {
      word += 1;
      if (isAccented) accents += 1;
    } else if (word > 0) {
      if (accents > 0) [accented, inWords] = [accented + accents, inWords + word];
      [word, accents] = [0, 0];
    }
  }
  if (broken * 2 > beyondAscii) return true;
  return isLatin.test(encoding) && accented >= fewestAccents && accented > inWords * mostAccents;
}

const isLatin = /^(?:windows-125[0247]|iso-8859-(?:1|2|3|4|9|10|13|14|15|16)|macintosh)$/i;
const fewestAccents = 8;
/** The share of accented letters in words that have some. It is below a half in Vietnamese too. */
const mostAccents = 0.75;
