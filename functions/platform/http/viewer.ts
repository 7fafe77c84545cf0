import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secrets } from '../aws/secrets.ts';
import { cut } from '../portable/text-length.ts';

/** Who is at the other end, as the edge saw it. */
export interface Viewer {
  /** The network address, to be hashed before it is kept. */
  readonly address?: string;
  /** Two letters. */
  readonly country?: string;
  readonly city?: string;
}

/**
 * What the distribution says of its viewer: its function writes the address, its cache policy asks for country and
 * city. Believed only beside the origin secret, which the distribution alone knows: anybody can call the API's own
 * address with headers of his own. Empty otherwise, and where no secret is set.
 */
export async function trustedViewer(
  headers: Headers,
  { secrets }: { readonly secrets: Secrets },
): Promise<Viewer> {
  const shown = headers.get('x-origin-secret');
  if (shown === null) return {};
  const secret = await secrets.get('origin-secret');
  if (secret === undefined || secret === '' || !isSame(shown, secret)) return {};
  const address = headers.get('x-viewer-address');
  const country = headers.get('cloudfront-viewer-country');
  const city = headers.get('cloudfront-viewer-city');
  return {
    ...(address ? { address } : {}),
    ...(country && /^[A-Z]{2}$/.test(country) ? { country } : {}),
    ...(city ? { city: cityName(city) } : {}),
  };
}

/** In constant time; hashes are of one length. */
const isSame = (shown: string, secret: string): boolean => timingSafeEqual(digest(shown), digest(secret));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** CloudFront percent-encodes what is not ASCII. */
function cityName(header: string): string {
  try {
    return cut(decodeURIComponent(header), 80);
  } catch {
    return cut(header, 80);
  }
}
