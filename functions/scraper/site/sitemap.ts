import { gunzipSync } from 'node:zlib';
import { Parser } from 'htmlparser2';

/**
 * The greatest size of a sitemap, before and after decompression. The protocol allows 50 MB, which would need a
 * function with more memory.
 */
export const maxSitemapBytes = 10 * 1024 * 1024;
/** The protocol's own limit. */
const maxAddresses = 50_000;
/** A sitemap nests its elements four deep. The parser's time grows with the depth, so reading stops here. */
const maxNesting = 100;
const pieceLength = 16_384;

export interface Sitemap {
  /** Addresses of pages. */
  readonly pages: URL[];
  /** Addresses of further sitemaps. */
  readonly sitemaps: URL[];
}

/**
 * Reads a sitemap or an index of sitemaps, gzipped or not, or a plain list of addresses. Relative addresses are
 * resolved against `url`. Any other file gives an empty result. Only the first 50,000 addresses count.
 */
export function parseSitemap(bytes: Uint8Array, url: URL): Sitemap {
  const text = new TextDecoder().decode(unpacked(bytes)).trimStart();
  const pages: URL[] = [];
  const sitemaps: URL[] = [];
  const add = (list: URL[], address: string) => {
    if (pages.length + sitemaps.length >= maxAddresses) return;
    const resolved = URL.parse(address.trim(), url.href);
    if (resolved) list.push(resolved);
  };
  if (/^https?:\/\//i.test(text)) {
    for (const [address] of text.matchAll(/\S+/g)) {
      if (pages.length >= maxAddresses) break;
      add(pages, address);
    }
    return { pages, sitemaps };
  }
  let inside: URL[] | undefined;
  let location: string | undefined;
  let cut = false;
  let depth = 0;
  const parser = new Parser(
    {
      onopentag(tag) {
        depth += 1;
        const name = localName(tag);
        if (name === 'url') inside = pages;
        else if (name === 'sitemap') inside = sitemaps;
        // `image:loc` and the like are not pages.
        else if (name === 'loc' && (tag === 'loc' || !/^(?:image|video|news):/i.test(tag))) location = '';
      },
      ontext(text) {
        if (location !== undefined) location += text;
      },
      onclosetag(tag) {
        depth -= 1;
        const name = localName(tag);
        if (name === 'loc' && location !== undefined) {
          if (inside && !cut && location.trim() !== '') add(inside, location);
          location = undefined;
        } else if (name === 'url' || name === 'sitemap') inside = undefined;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  for (let at = 0; at < text.length; at += pieceLength) {
    parser.write(text.slice(at, at + pieceLength));
    if (depth > maxNesting) break;
  }
  // The parser closes the elements that the file left open. An address that was cut off there does not count.
  cut = true;
  parser.end();
  return { pages, sitemaps };
}

const localName = (tag: string): string => tag.slice(tag.indexOf(':') + 1).toLowerCase();

function unpacked(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxSitemapBytes });
  } catch {
    // Damaged or a decompression bomb: it counts as no sitemap.
    return new Uint8Array();
  }
}
