/** What the bytes of a file begin with, by the media type of the file. */
const signatures: readonly (readonly [mediaType: string, begin: string])[] = [
  ['application/pdf', '%PDF-'],
  ['application/zip', 'PK\x03\x04'],
  ['application/x-ole-storage', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  ['application/vnd.rar', 'Rar!\x1a\x07'],
  ['application/x-7z-compressed', '7z\xbc\xaf\x27\x1c'],
  ['application/gzip', '\x1f\x8b\x08'],
  ['application/rtf', '{\\rtf'],
  ['image/png', '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', '\xff\xd8\xff'],
  ['image/gif', 'GIF8'],
  ['image/webp', 'RIFF'],
  ['audio/mpeg', 'ID3'],
  ['video/mp4', '\0\0\0\x18ftyp'],
  ['video/mp4', '\0\0\0\x20ftyp'],
  ['font/woff2', 'wOF2'],
];

/** So many bytes of a body tell what it is. */
export const headLength = 1024;

/** What a page begins with: a type of document or an element that only pages have, behind comments and a preamble. */
const pageBegins =
  /^(?:\s|<\?xml[^>]*>|<!--[^]*?-->)*(?:<!doctype\s+html|<(?:html|head|body|title|frameset)[\s>]|<!doctype\s[^>]*xhtml)/i;
/** The start of a page in a file of two bytes a character reads so when each byte is taken for one. */
const wide = /\0/g;

/**
 * The content type of an answer. What the bytes are decides, where they show it: servers call files pages and pages
 * files. `stated` is lower-case, `head` the first bytes. The parameters stay as they are stated.
 */
export function servedType(stated: string, head: Uint8Array): string {
  const [essence = '', ...parameters] = stated.split(';');
  const type = typeOf(essence.trim(), head);
  return [type, ...parameters].join(';');
}

function typeOf(stated: string, head: Uint8Array): string {
  const begin = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, headLength)).toString(
    'latin1',
  );
  const signed = signatures.find(([, signature]) => begin.startsWith(signature))?.[0];
  if (signed !== undefined) return isNarrower(stated, signed) ? stated : signed;
  if (stated === 'text/html' || stated === 'application/xhtml+xml') return stated;
  const text = begin.replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '').replace(wide, '');
  return pageBegins.test(text) ? 'text/html' : stated;
}

/** Whether the host's name for the file says more than the signature: many kinds of document are archives. */
const isNarrower = (stated: string, signed: string): boolean =>
  (signed === 'application/zip' && /^application\/(?:vnd\.|epub|java-archive|x-zip)/.test(stated)) ||
  (signed === 'application/x-ole-storage' && /^application\/(?:msword|vnd\.)/.test(stated)) ||
  (signed === 'application/gzip' && /^application\/(?:x-)?(?:gzip|tar)/.test(stated)) ||
  (stated.split('/')[0] === signed.split('/')[0] && /^(?:image|audio|video|font)\//.test(signed));
