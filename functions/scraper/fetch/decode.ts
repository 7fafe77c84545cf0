import sniffEncoding from 'html-encoding-sniffer';

/**
 * Decodes a page. The encoding is found in the order of the HTML standard: byte order mark, header, `<meta>`, and in
 * the end by trial. A wrong or unknown encoding name never fails: then it is UTF-8 where the bytes are valid UTF-8,
 * else Windows-1252.
 */
export function decodeHtml(bytes: Uint8Array, contentType: string | undefined): string {
  const label = /charset\s*=\s*["']?([^\s;"']+)/i.exec(contentType ?? '')?.[1];
  const named = sniffEncoding(bytes, {
    ...(label === undefined ? {} : { transportLayerEncodingLabel: label }),
    defaultEncoding: 'UTF-8',
  });
  const text = decodeAs(named, bytes);
  return named === 'UTF-8' && isMostlyBroken(text) ? decodeAs('windows-1252', bytes) : text;
}

/**
 * Whether more than half of the characters beyond ASCII could not be decoded. Then the page has another encoding than
 * it says. One truncated character in a good page is not enough.
 */
function isMostlyBroken(text: string): boolean {
  let broken = 0;
  let beyondAscii = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) beyondAscii += 1;
    if (unit === 0xfffd) broken += 1;
  }
  return broken * 2 > beyondAscii;
}

function decodeAs(encoding: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    // This build of Node does not have the encoding.
    return new TextDecoder().decode(bytes);
  }
}

/** An answer without a type is read too: it is HTML more often than not. */
export const isHtml = (contentType: string): boolean =>
  /^(?:text\/html|application\/xhtml\+xml|$)/.test(contentType);
