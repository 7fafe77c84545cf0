import sniffEncoding from 'html-encoding-sniffer';

/**
 * Bytes as text, by byte order mark, header, `<meta>` and in the end by trial, in the HTML standard's order: a wrong or
 * unknown name of an encoding never fails, it falls back to UTF-8 where the bytes are UTF-8, else to Windows-1252.
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
 * Whether more than half of what is not ASCII could not be read, so that a page which says UTF-8 (or nothing) is in
 * another encoding. One truncated character in a good page does not make it so.
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
    // An encoding that this build of Node does not carry.
    return new TextDecoder().decode(bytes);
  }
}
