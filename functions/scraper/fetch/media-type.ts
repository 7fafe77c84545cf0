import { beginsPage, signedType } from '../../knowledge/index.ts';

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
  const signed = signedType(head);
  if (signed !== undefined) return isNarrower(stated, signed) ? stated : signed;
  if (stated === 'text/html' || stated === 'application/xhtml+xml') return stated;
  return beginsPage(head) ? 'text/html' : stated;
}

/** Whether the host's name for the file says more than the signature: many kinds of document are archives. */
const isNarrower = (stated: string, signed: string): boolean =>
  (signed === 'application/zip' && /^application\/(?:vnd\.|epub|java-archive|x-zip)/.test(stated)) ||
  (signed === 'application/x-ole-storage' && /^application\/(?:msword|vnd\.)/.test(stated)) ||
  (signed === 'application/gzip' && /^application\/(?:x-)?(?:gzip|tar)/.test(stated)) ||
  (stated.split('/')[0] === signed.split('/')[0] && /^(?:image|audio|video|font)\//.test(signed));

/** An answer without a type is read too: it is HTML more often than not. */
export const isHtml = (contentType: string): boolean =>
  /^(?:text\/html|application\/xhtml\+xml|$)/.test(contentType);
