import { randomBytes } from 'node:crypto';
import { at, document, type HostileKind, sense } from './kinds.ts';

const MB = 1024 * 1024;
const page = (
  name: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): HostileKind => ({
  name,
  answers: at({ headers, body }),
});
const nested = (tag: string, depth: number): string => document(`${`<${tag}>`.repeat(depth)}${sense}`);
const filled = (piece: string, bytes: number): string =>
  document(`<p>${sense}</p>${piece.repeat(bytes / piece.length)}`);

/** Pages that are hard to read. */
export const hostilePages: readonly HostileKind[] = [
  page('boxes in boxes, 200,000', nested('div', 200_000)),
  page('bold in bold, 100,000', nested('b', 100_000)),
  page('links in links, 50,000', nested('a href=x', 50_000)),
  page('tables in tables, 20,000', nested('table><tr><td', 20_000)),
  page('lists in lists, 50,000', nested('ul><li', 50_000)),
  page('forms and buttons in each other', nested('form><button', 50_000)),
  page('drawings in formulas', nested('svg><foreignObject><math><mtext', 20_000)),
  page('templates in templates', nested('template', 50_000)),
  page('a million paragraphs', filled('<p>a', 4 * MB)),
  page('an attribute of 4 MB', document(`<p title="${'a'.repeat(4 * MB)}">${sense}`)),
  page(
    '300,000 attributes',
    document(`<p ${Array.from({ length: 300_000 }, (_, n) => `a${n}=1`).join(' ')}>${sense}`),
  ),
  page('a title of 4 MB', document(`<p>${sense}`, `<title>${'word '.repeat(800_000)}</title>`)),
  page('a page of 10 MB', filled('<p>The same again.</p>', 10 * MB)),
  page('a page of 10 MB that has no length', filled('<p>The same again.</p>', 10 * MB), {
    'transfer-encoding': 'chunked',
  }),
  page('one word of 4 MB', document(`<p>${'a'.repeat(4 * MB)}`)),
  page('spaces, 4 MB', document(`<p>a${' '.repeat(4 * MB)}b ${sense}`)),
  page('entities, 4 MB', filled('&amp;&#x1F600;&nGt;', 4 * MB)),
  page('a comment that does not end', document(`<p>${sense}<!--${'-'.repeat(MB)}`)),
  page('openings of tags', filled('<', 4 * MB)),
  page('openings of comments', filled('<!--', 4 * MB)),
  page('a script that does not end', document(`<p>${sense}<script>${'a'.repeat(MB)}`)),
  page(
    'a table of wide and high cells',
    document(`<p>${sense}<table>${'<tr><td colspan=1000 rowspan=65534>a'.repeat(2_000)}</table>`),
  ),
  page(
    'structured data in itself',
    document(`<p>${sense}<script type="application/ld+json">${'{"@graph":['.repeat(50_000)}</script>`),
  ),
  page(
    'structured data of 4 MB',
    document(
      `<p>${sense}<script type="application/ld+json">[${'{"@type":"Product","name":"a"},'.repeat(130_000)}1]</script>`,
    ),
  ),
  page(
    'state of scripts, 4 MB',
    document(
      `<script id="__NEXT_DATA__" type="application/json">[${'{"a":["b"]},'.repeat(300_000)}1]</script>`,
    ),
  ),
  page('NUL, 4 MB', document(`<p>${sense}${'\0'.repeat(4 * MB)}`)),
  page('noise', randomBytes(MB)),
  page('noise in UTF-16', randomBytes(MB), { 'content-type': 'text/html; charset=utf-16le' }),
  page('half characters', document(`<p>${sense}${'\ud800'.repeat(10)}`), {
    'content-type': 'text/html; charset=utf-7',
  }),
  page('directions of text turned', document(`<p>${'\u202e\u2066'.repeat(100_000)}${sense}`)),
  page('accents on accents', document(`<p>a${'\u0301'.repeat(MB)} ${sense}`)),
  page(
    'a base without sense',
    document(`<p>${sense}<a href="x">x</a>`, '<base href="javascript:alert(1)//">'),
  ),
  page(
    'a canonical address elsewhere',
    document(`<p>${sense}`, '<link rel="canonical" href="http://169.254.169.254/">'),
  ),
  page(
    'a picture that says it is a page',
    Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(9_000)]),
  ),
  page(
    'an archive that says it is a page',
    Buffer.concat([Buffer.from('504b0304', 'hex'), randomBytes(9_000)]),
  ),
  page('nothing at all', ''),
  page('a language of 4 MB', `<html lang="${'en-'.repeat(MB)}"><body><p>${sense}`),
];
