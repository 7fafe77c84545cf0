import type { Site } from '../../scraper/site-server.ts';

/** What a hostile site answers beside its start and its good page, by path. `/hostile` is linked from the start. */
export type Answers = Site['pages'];

export interface HostileKind {
  readonly name: string;
  readonly answers: Answers;
  /** It makes others wait. All of these are crawled at the same time. */
  readonly slow?: boolean;
}

/** What the good page and those behind a trick say: enough text to be learned without a browser. */
export const sense =
  'The hall is open on Saturdays from nine to five, and on Sundays for members of the club. '.repeat(4);

export const document = (body: string, head = ''): string =>
  `<!doctype html><html lang="en"><head><title>Hostile</title>${head}</head><body>${body}</body></html>`;

export const at = (answer: Answers[string]): Answers => ({ '/hostile': answer });
