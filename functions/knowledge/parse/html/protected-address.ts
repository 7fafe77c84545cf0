/**
 * The mail address that a content network keeps from scripts in `data-cfemail`, and shows by a script: each byte is
 * combined with the first. Undefined where there is none.
 */
export function decodedAddress(attributes: Readonly<Record<string, string>>): string | undefined {
  const bytes = Buffer.from(attributes['data-cfemail'] ?? '', 'hex');
  const [key = 0, ...rest] = bytes.subarray(0, longest);
  const address = String.fromCharCode(...rest.map(byte => byte ^ key));
  return /^[\w.+-]+@[\w.-]+$/.test(address) ? address : undefined;
}

/** In bytes: no mail address is longer. */
const longest = 256;
