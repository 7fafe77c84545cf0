import { deepLink } from './deep-link.ts';
import type { Findings } from './findings.ts';
import { quoteFor } from './quote.ts';
import type { Source } from './schema.ts';

/**
 * The sources of an answer: the passages that its text cites, with the same numbers. Passages that were found and not
 * cited are left out. Below an answer such as "I could not find it", they would look like its support.
 */
export function sourcesOf(text: string, cited: readonly number[], findings: Findings): Source[] {
  return cited.flatMap((number, index) => {
    const passage = findings.get(number);
    if (!passage) return [];
    const n = index + 1;
    const { excerpt, verbatim } = quoteFor(passage, text, n);
    const heading = passage.headings.at(-1);
    return [
      {
        n,
        id: passage.documentId,
        title: passage.title,
        url: deepLink(passage.url, { quote: verbatim, anchor: passage.anchor, page: passage.page }),
        excerpt,
        score: passage.score,
        ...(passage.page === undefined ? {} : { page: passage.page }),
        ...(heading === undefined ? {} : { heading }),
      },
    ];
  });
}
