import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secrets } from '../aws/secrets.ts';
import { cut } from '../portable/text-length.ts';

/** The person or program that calls, as the edge saw it. */
export interface Viewer {
  /** The network address. Hash it before it is stored. */
  readonly address?: string;
  /** Two letters. */
  readonly country?: string;
  readonly city?: string;
}

/**
 * The viewer as the distribution reports it: its function writes the address, its cache policy adds country and city.
 * The headers are only trusted beside the origin secret, which only the distribution knows: anybody can call the API's
 * own address with any headers. Empty otherwise, and where no secret is set.
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

/** Compares in constant time, which needs texts of the same length: their hashes. */
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
