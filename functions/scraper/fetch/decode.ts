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

/** A page that says UTF-8 (or nothing) and is not; one truncated character in a good page does not make it so. */
function isMostlyBroken(text: string): boolean {
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  return broken > 0 && broken * 2 > (text.match(/[^\0-\x7f]/g)?.length ?? 0);
}

function decodeAs(encoding: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    // An encoding that this build of Node does not carry.
    return new TextDecoder().decode(bytes);
  }
}
