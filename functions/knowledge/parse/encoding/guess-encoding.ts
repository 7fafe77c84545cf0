import { analyse } from 'chardet';
import { isContradicted } from './contradicted.ts';

/** The encodings that pages of a language have had beside UTF-8, the most common first. */
const byLanguage: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'ru be bg': ['windows-1251', 'koi8-r', 'ibm866', 'iso-8859-5'],
    uk: ['windows-1251', 'koi8-u', 'iso-8859-5'],
    'sr mk mn kk': ['windows-1251', 'windows-1250', 'iso-8859-5'],
    'pl cs sk hu sl hr bs ro sq': ['windows-1250', 'iso-8859-2'],
    el: ['windows-1253', 'iso-8859-7'],
    'tr az ku': ['windows-1254'],
    'he iw yi': ['windows-1255', 'iso-8859-8'],
    'ar fa ur': ['windows-1256', 'iso-8859-6'],
    'lt lv et': ['windows-1257', 'iso-8859-13', 'iso-8859-4'],
    vi: ['windows-1258'],
    th: ['windows-874'],
    ja: ['shift_jis', 'euc-jp', 'iso-2022-jp'],
    zh: ['gb18030', 'big5'],
    'zh-tw zh-hk zh-mo zh-hant': ['big5', 'gb18030'],
    ko: ['euc-kr'],
  }).flatMap(([languages, encodings]) =>
    languages.split(' ').map(language => [language, encodings] as const),
  ),
);

/** In bytes. More text than this tells no more. */
const longestSample = 65_536;
/** Two encodings whose scores differ by less than this are told apart by their letters' frequencies. */
const near = 0.05;
const leastScore = 0.6;
/** What the detector answers, in percent, for a text that is too short to tell. */
const noConfidence = 10;

/**
 * The encoding of a page that declares none, or one that its bytes contradict: of those that its language has had, the
 * one that gives the best text, else by the frequencies of letters, else Windows-1252. `decode` decodes by a name.
 */
export function guessEncoding(
  bytes: Uint8Array,
  decode: (encoding: string, bytes: Uint8Array) => string,
): string {
  const sample = textBytes(bytes);
  const likely = analyse(sample)
    .filter(({ confidence }) => confidence > noConfidence)
    .map(({ name }) => name.toLowerCase());
  const best = bestOf(byLanguage.get(languageOf(bytes)) ?? []);
  if (best !== undefined) return best;
  const [found = ''] = likely;
  const isOther = !/^(?:ascii|utf-8|iso-8859-1)?$/.test(found);
  if (isOther && scoreOf(decode(found, sample)) >= leastScore) return found;
  // Most pages whose letters are not Latin and that declare nothing are in Cyrillic.
  const isLatin = !isContradicted(decode('windows-1252', sample), 'windows-1252');
  return (isLatin ? undefined : bestOf(byLanguage.get('ru') ?? [])) ?? 'windows-1252';

  function bestOf(encodings: readonly string[]): string | undefined {
    const rank = (encoding: string) => (likely.includes(encoding) ? likely.indexOf(encoding) : likely.length);
    const scored = encodings.map(encoding => ({ encoding, score: scoreOf(decode(encoding, sample)) }));
    const most = Math.max(...scored.map(({ score }) => score));
    if (most < leastScore) return undefined;
    return scored
      .filter(({ score }) => score > most - near)
      .reduce((first, next) => (rank(next.encoding) < rank(first.encoding) ? next : first)).encoding;
  }
}

/** The language that `<html>` declares, with its region where that matters. Its name is ASCII in all encodings. */
function languageOf(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 4_096)).toString('latin1');
  const tag = /<html\b[^>]{0,1000}/i.exec(start)?.[0] ?? '';
  const [, whole = '', language = ''] =
    /\slang=["']?(([a-z]{2})(?:-[a-z]{2,4})?)/i.exec(tag.toLowerCase()) ?? [];
  return byLanguage.has(whole) ? whole : language;
}

/** The first bytes outside tags. */
function textBytes(bytes: Uint8Array): Uint8Array {
  const text = new Uint8Array(longestSample);
  let length = 0;
  let inTag = false;
  for (const byte of bytes) {
    if (byte === 0x3c) inTag = true;
    else if (byte === 0x3e) inTag = false;
    else if (!inTag || byte > 0x7f) {
      text[length] = byte;
      length += 1;
      if (length === longestSample) break;
    }
  }
  return text.subarray(0, length);
}

const letter = /[\p{L}\p{M}]/u;
const usual = /[\p{P}\p{Sc}\p{Zs}°§©®™²³]/u;
/** Half as wide as usual: what wrongly decoded Japanese is full of. */
const narrow = /[\uff61-\uff9f]/;

/** How much of a text beyond ASCII looks like text, up to 1: letters, in capitals only where words begin. */
function scoreOf(text: string): number {
  let [good, bad, before] = [0, 0, ''];
  for (const character of text) {
    if (character > '\u007f') {
      if (narrow.test(character) || !(letter.test(character) || usual.test(character))) bad += 1;
      else if (letter.test(before) && character !== character.toLowerCase()) bad += 0.5;
      else good += 1;
    }
    before = character;
  }
  return good + bad === 0 ? 0 : (good - bad) / (good + bad);
}
