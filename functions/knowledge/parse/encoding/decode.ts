import { isUtf8 } from 'node:buffer';
import sniffEncoding from 'html-encoding-sniffer';
import { isContradicted } from './contradicted.ts';
import { guessEncoding } from './guess-encoding.ts';

/** In bytes. The page's own declaration may stand behind long scripts and styles. */
const longestHead = 256 * 1024;

/**
 * Decodes a page. The encoding is that of the byte order mark, of the header, of the page's own declaration, in this
 * order, and in the end a guess. A declaration that the bytes contradict counts as none, and bytes that are valid UTF-8
 * are UTF-8. An unknown name never fails.
 */
export function decodeHtml(bytes: Uint8Array, contentType: string | undefined): string {
  const wide = wideEncoding(bytes);
  if (wide) return decodeAs(wide, bytes);
  const declared = [headerEncoding(contentType), ownEncoding(bytes)].filter(name => name !== undefined);
  if (isUtf8(bytes)) return decodeAs(declared.find(name => name === 'ISO-2022-JP') ?? 'UTF-8', bytes);
  for (const encoding of [...declared, 'UTF-8']) {
    if (encoding.startsWith('UTF-16')) continue;
    const text = decodeAs(encoding, bytes);
    if (!isContradicted(text, encoding)) return text;
  }
  return decodeAs(guessEncoding(bytes, decodeAs), bytes);
}

/**
 * Decodes a text, which declares nothing. The encoding is that of the byte order mark, else UTF-8 where the bytes are
 * valid (a last character may be cut short), else a guess.
 */
export function decodeText(bytes: Uint8Array): string {
  const wide = wideEncoding(bytes);
  if (wide) return decodeAs(wide, bytes);
  const text = decodeAs('UTF-8', bytes);
  return isUtf8(bytes) || !isContradicted(text, 'UTF-8')
    ? text
    : decodeAs(guessEncoding(bytes, decodeAs), bytes);
}

/** The encoding of a text with two bytes a character; undefined for others. The first bytes of the text suffice. */
export const wideEncoding = (bytes: Uint8Array): string | undefined =>
  markedAs16Bit(bytes) ?? lookingAs16Bit(bytes);

/** The byte order mark of UTF-16. That of UTF-8 needs no attention: what has it is valid UTF-8. */
function markedAs16Bit([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return 'UTF-16LE';
  return first === 0xfe && second === 0xff ? 'UTF-16BE' : undefined;
}

/** In bytes: the beginning of a page, which is ASCII in any encoding. */
const beginning = 64;

/** UTF-16 without a mark: nearly every second byte at the beginning is zero. */
function lookingAs16Bit(bytes: Uint8Array): string | undefined {
  const zeros = [0, 0];
  for (const [at, byte] of bytes.subarray(0, beginning).entries())
    if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const most = Math.min(bytes.length, beginning) * 0.4;
  if (odd > most && even === 0) return 'UTF-16LE';
  return even > most && odd === 0 ? 'UTF-16BE' : undefined;
}

function headerEncoding(contentType: string | undefined): string | undefined {
  const label = /charset\s*=\s*["']?([^\s;"',]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase();
  if (label === undefined) return undefined;
  // Two ways of writing that servers have and the standard does not know.
  const known = label
    .replace(/^(?:win|cp|windows)[-_]?(125\d|874)$/, 'windows-$1')
    .replace(/^utf_?8$/, 'utf-8');
  return (
    sniffEncoding(new Uint8Array(), { transportLayerEncodingLabel: known, defaultEncoding: '' }) || undefined
  );
}

/** The encoding that the page declares in `<meta>` or as XML. */
const ownEncoding = (bytes: Uint8Array): string | undefined =>
  sniffEncoding(bytes, { defaultEncoding: '', maxPrescanBytes: longestHead }) || undefined;

function decodeAs(encoding: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    // This build of Node does not have the encoding.
    return new TextDecoder().decode(bytes);
  }
}
