/** What the bytes of a file begin with, in Latin-1, by the media type of the file. */
const signatures: readonly (readonly [mediaType: string, begin: string])[] = [
  ['application/pdf', '%PDF-'],
  ['application/zip', 'PK\x03\x04'],
  ['application/zip', 'PK\x05\x06'],
  ['application/x-ole-storage', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  ['application/vnd.rar', 'Rar!\x1a\x07'],
  ['application/x-7z-compressed', '7z\xbc\xaf\x27\x1c'],
  ['application/gzip', '\x1f\x8b\x08'],
  ['application/rtf', '{\\rtf'],
  ['image/png', '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', '\xff\xd8\xff'],
  ['image/gif', 'GIF8'],
  ['image/tiff', 'II*\0'],
  ['image/tiff', 'MM\0*'],
  ['image/webp', 'RIFF'],
  ['audio/mpeg', 'ID3'],
  ['video/mp4', '\0\0\0\x18ftyp'],
  ['video/mp4', '\0\0\0\x20ftyp'],
  ['font/woff2', 'wOF2'],
];

/** In bytes: so many tell what a file is. */
export const headLength = 1024;

const latin1 = (head: Uint8Array): string =>
  Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, headLength)).toString('latin1');

/** The media type that the first bytes of a file show. Undefined for texts, and for what is not known here. */
export function signedType(head: Uint8Array): string | undefined {
  const begin = latin1(head);
  return signatures.find(([, signature]) => begin.startsWith(signature))?.[0];
}

/** What a page begins with: a type of document or an element that only pages have, behind comments and a preamble. */
const pageBegins =
  /^(?:\s|<\?xml[^>]*>|<!--[^]*?-->)*(?:<!doctype\s+html|<(?:html|head|body|title|frameset)[\s>]|<!doctype\s[^>]*xhtml)/i;

/** Whether the first bytes of a file are those of an HTML page, in any encoding. */
export const beginsPage = (head: Uint8Array): boolean =>
  // The start of a page in a file of two bytes a character reads so when each byte is taken for one.
  pageBegins.test(
    latin1(head)
      .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
      .replaceAll('\0', ''),
  );

/**
 * Whether the first bytes are those of a text whose characters begin with one byte: there are no control characters.
 */
export function isText(bytes: Uint8Array): boolean {
  for (const byte of bytes.subarray(0, 512)) {
    const isControl = byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0c && byte !== 0x0d;
    if (isControl && byte !== 0x1b) return false;
  }
  return true;
}
