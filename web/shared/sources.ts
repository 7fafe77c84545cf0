/**
 * The sources of an answer, with those that its next part cites. Returns the same list where nothing is new, so that it
 * is not drawn again.
 */
export const withMore = <Source>(known: readonly Source[], more: readonly Source[]): readonly Source[] =>
  more.length === 0 ? known : [...known, ...more];
