import { CitationFilter } from './citations.ts';
import type { Findings } from './findings.ts';
import type { Source } from './schema.ts';
import { sourcesOf } from './sources.ts';

export interface TextToken {
  readonly type: 'token';
  readonly text: string;
  /** The sources that this text is the first to cite, as far as this is known before the answer is whole. */
  readonly sources?: readonly Source[];
}

/**
 * The text of an answer while it is written. Its citations are checked and numbered, and each source is sent with its
 * first citation.
 */
export class AnswerText {
  readonly #findings: Findings;
  readonly #filter: CitationFilter;
  #text = '';
  #sourcesSent = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
    this.#filter = new CitationFilter(n => findings.get(n) !== undefined);
  }

  get text(): string {
    return this.#text;
  }

  /** All sources that the text cites. */
  get sources(): Source[] {
    return sourcesOf(this.#text, this.#filter.cited, this.#findings);
  }

  /** The tokens to show after this piece of the model's text. None while it can not be decided yet. */
  *push(piece: string): Generator<TextToken> {
    yield* this.#show(this.#filter.push(piece));
  }

  /** The rest of the text, with `mark` added. */
  *end(mark: string): Generator<TextToken> {
    yield* this.#show(this.#filter.end() + mark);
  }

  *#show(shown: string): Generator<TextToken> {
    if (shown === '') return;
    this.#text += shown;
    const { cited } = this.#filter;
    const sources = cited.length > this.#sourcesSent ? this.sources.slice(this.#sourcesSent) : undefined;
    this.#sourcesSent = cited.length;
    yield { type: 'token', text: shown, ...(sources ? { sources } : {}) };
  }
}
