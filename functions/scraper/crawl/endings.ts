import { endingOf } from '../files/file-types.ts';

/** Endings by which files are known. Any other ending is a part of a name, such as a version. */
const fileEndings =
  /^(?:pdf|docx?|xlsx?|pptx?|od[tsp]|rtf|txt|csv|zip|rar|7z|gz|tar|json|xml|rss|atom|ics|vcf|jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|mp[34]|m4[av]|wav|ogg|webm|mov|avi|css|js|mjs|map|woff2?|ttf|eot|exe|dmg|apk|iso|epub|mobi)$/;
/** An ending is believed once so many addresses with it have served files, and none a page. */
const proofs = 8;

/** Whether the address looks like a file's. What it serves decides; see `Endings`. */
export const looksLikeFile = (url: URL): boolean => fileEndings.test(endingOf(url) ?? '');

/**
 * What the endings of a site's addresses mean. A page may be called `node.js`, and a site that calls one of its pages
 * so calls more of them so. Sites of files have thousands, so not each is asked for.
 */
export class Endings {
  private readonly seen = new Map<string, { files: number; pages: number }>();
  private readonly asked = new Map<string, number>();

  /** Whether the address is a file's, for all that is known: then it need not be asked for. */
  isKnown(url: URL): boolean {
    if (!looksLikeFile(url)) return false;
    const ending = endingOf(url) ?? '';
    const { files = 0, pages = 0 } = this.seen.get(ending) ?? {};
    return pages === 0 && (files >= proofs || (this.asked.get(ending) ?? 0) >= proofs);
  }

  /** Notes that the address is going to be asked for. */
  ask(url: URL): void {
    if (!looksLikeFile(url)) return;
    const ending = endingOf(url) ?? '';
    this.asked.set(ending, (this.asked.get(ending) ?? 0) + 1);
  }

  /** Notes what an address with such an ending has served. */
  note(url: URL, served: 'file' | 'page'): void {
    if (!looksLikeFile(url)) return;
    const ending = endingOf(url) ?? '';
    const { files = 0, pages = 0 } = this.seen.get(ending) ?? {};
    this.seen.set(ending, served === 'file' ? { files: files + 1, pages } : { files, pages: pages + 1 });
  }
}
