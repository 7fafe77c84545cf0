import { describe, expect, test } from 'vitest';
import { decodeHtml } from '../../functions/knowledge/parse/encoding/decode.ts';

/** The bytes of a text: the encoding's characters of one byte and of two are tried until each is found. */
function encode(text: string, encoding: string): Uint8Array {
  const decoder = new TextDecoder(encoding);
  const wanted = new Set(text);
  const found = new Map<string, number[]>();
  const note = (bytes: number[]) => {
    const character = decoder.decode(Uint8Array.from(bytes));
    if (wanted.has(character) && !found.has(character)) found.set(character, bytes);
  };
  for (let byte = 0; byte < 256; byte += 1) note([byte]);
  if (found.size < wanted.size)
    for (let lead = 0x81; lead < 0xff; lead += 1)
      for (let trail = 0x40; trail < 0xff; trail += 1) note([lead, trail]);
  return Uint8Array.from(Array.from(text).flatMap(character => found.get(character) ?? []));
}

const page = (text: string, { lang, head = '' }: { lang?: string; head?: string } = {}) =>
  `<!doctype html><html${lang === undefined ? '' : ` lang="${lang}"`}><head>${head}</head><body><p>${text}</p></body></html>`;
const russian = 'Библиотека открыта';
const texts: readonly (readonly [string, string, string])[] = [
  ['windows-1251', 'ru', russian],
  ['koi8-r', 'ru', russian],
  ['windows-1251', 'xx', russian],
  ['windows-1250', 'cs', 'Knihovna je otevřena každý den kromě neděle.'],
  ['iso-8859-2', 'pl', 'Biblioteka jest otwarta od poniedziałku do piątku, w święta zamknięta.'],
  ['windows-1253', 'el', 'Η βιβλιοθήκη είναι ανοιχτή κάθε μέρα'],
  ['windows-1254', 'tr', 'Kütüphane pazar günleri kapalıdır, şimdi geliniz.'],
  ['windows-1255', 'he', 'הספרייה פתוחה בכל יום'],
  ['windows-1256', 'ar', 'المكتبة مفتوحة كل يوم'],
  ['windows-1257', 'lt', 'Biblioteka atvira kiekvieną dieną, išskyrus sekmadienį.'],
  ['windows-874', 'th', 'ห้องสมุดเปิดทุกวัน'],
  ['shift_jis', 'ja', '図書館は毎週月曜日に休館します'],
  ['euc-jp', 'ja', '図書館は毎週月曜日に休館します'],
  ['gb18030', 'zh', '图书馆每周一闭馆'],
  ['big5', 'zh-TW', '圖書館每週一閉館，其他時間開放'],
  ['euc-kr', 'ko', '도서관은 매주 월요일에 휴관합니다'],
  ['windows-1252', 'fr', 'Café ouvert à midi, fermé le dimanche'],
];

describe('an encoding that nobody declares', () => {
  test.each(texts)('%s is found by the language %s', (encoding, lang, text) => {
    expect(decodeHtml(encode(page(text, { lang }), encoding), 'text/html')).toContain(text);
  });

  test.each([
    ['windows-1251', 'Зал открыт с девяти до пяти, по воскресеньям закрыто. Прокат лодок стоит десять евро.'],
    ['shift_jis', '図書館は毎週月曜日に休館します'],
    ['windows-1253', 'Η βιβλιοθήκη είναι ανοιχτή κάθε μέρα εκτός Κυριακής'],
  ])('%s is found by the text alone', (encoding, text) => {
    expect(decodeHtml(encode(page(text), encoding), 'text/html')).toContain(text);
  });

  test.each(['utf-16le', 'utf-16be'])('%s is found by its zeros', encoding => {
    const units = Uint8Array.from(
      Array.from(page('The hall'), character => [character.charCodeAt(0), 0]).flat(),
    );
    const bytes = encoding === 'utf-16le' ? units : Uint8Array.from([0, ...units.subarray(0, -1)]);
    expect(decodeHtml(bytes, 'text/html')).toContain('The hall');
  });
});

describe('an encoding that is declared', () => {
  const utf8 = (text: string) => new TextEncoder().encode(text);
  const meta = (charset: string) => ({ head: `<meta charset="${charset}">` });

  test.each([
    [
      'by a meta element far behind',
      'text/html',
      { head: `<style>${'a{}'.repeat(5_000)}</style><meta charset="windows-1251">` },
    ],
    [
      'by a http-equiv',
      'text/html',
      { head: '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">' },
    ],
    ['by the header alone', 'text/html; charset=windows-1251', {}],
    ['by the header in a way of its own', 'text/html;charset=cp-1251', {}],
    ['by the header, against the page', 'text/html; charset=windows-1251', meta('koi8-r')],
    ['by the page, where the header is wrong', 'text/html; charset=utf-8', meta('windows-1251')],
    ['by the page, where the header names none that exists', 'text/html; charset=none', meta('windows-1251')],
  ])('%s is taken', (_, type, facts) => {
    expect(decodeHtml(encode(page(russian, facts), 'windows-1251'), type)).toContain(russian);
  });

  test.each([
    ['UTF-8 that is named otherwise', utf8(page(russian, meta('windows-1251'))), 'text/html'],
    ['UTF-8 that the header names otherwise', utf8(page(russian)), 'text/html; charset=iso-8859-1'],
    ['UTF-8 that says UTF-16 of itself', utf8(page(russian, meta('utf-16'))), 'text/html; charset=utf-16'],
    [
      'Russian as Latin letters',
      encode(page(russian, { lang: 'ru' }), 'windows-1251'),
      'text/html; charset=iso-8859-1',
    ],
  ])('is not believed against the bytes: %s', (_, bytes, type) => {
    expect(decodeHtml(bytes, type)).toContain(russian);
  });
});
