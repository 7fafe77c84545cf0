/**
 * The sources of an answer with those that more of it cites: the same list where nothing is new, so that what is drawn
 * of it stays.
 */
export const withMore = <Source>(known: readonly Source[], more: readonly Source[]): readonly Source[] =>
  more.length === 0 ? known : [...known, ...more];
