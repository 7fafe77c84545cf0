import { CitationFilter } from './citations.ts';
import type { Findings } from './findings.ts';
import type { Source } from './schema.ts';
import { sourcesOf } from './sources.ts';

export interface TextToken {
  readonly type: 'token';
  readonly text: string;
  /** Of the citations that this text is the first to make, so far as can be said before the answer is whole. */
  readonly sources?: readonly Source[];
}

/**
 * The text of an answer while it is written: its citations are checked and numbered, and each source goes out with its
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

  /** All that the text cites. */
  get sources(): Source[] {
    return sourcesOf(this.#text, this.#filter.cited, this.#findings);
  }

  /** What may be shown after this piece of the model's text; none while it can not be decided yet. */
  *push(piece: string): Generator<TextToken> {
    yield* this.#show(this.#filter.push(piece));
  }

  /** The rest; `mark` is added to it. */
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
