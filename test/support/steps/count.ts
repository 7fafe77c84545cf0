import { Session } from 'node:inspector';

/**
 * Counts the steps that code takes, instead of its time, so that the count is the same on every machine. A step is one
 * run of a block of code, as the coverage of V8 counts them, or one element or character that a built-in function has
 * to look at. What a regular expression tries in vain is not among them: `test/regular-expressions.test.ts` proves that
 * it is little.
 *
 * Code must be imported after `startCounting`. Built-in objects are changed for good: to be used in a process of its
 * own.
 */
export function startCounting(): (work: () => void) => number {
  let looks = 0;
  countBuiltIns(length => {
    looks += length;
  });
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const blocks = (): number => {
    let sum = 0;
    session.post('Profiler.takePreciseCoverage', (error, coverage) => {
      if (error) throw error;
      for (const { url, functions } of coverage.result)
        if (url.startsWith('file:') && !url.includes('/support/steps/'))
          for (const { ranges } of functions) for (const { count } of ranges) sum += count;
    });
    return sum;
  };
  return work => {
    blocks();
    looks = 0;
    work();
    return blocks() + looks;
  };
}

/** Tells `look` how much each call of a built-in function has to go through, where that is not one thing. */
function countBuiltIns(look: (length: number) => void): void {
  const wrap = (
    owner: object,
    name: string,
    lengthOf: (self: { length: number }, result: unknown, given: readonly unknown[]) => number,
  ) => {
    const original: unknown = Reflect.get(owner, name);
    if (typeof original !== 'function') throw new Error(`there is no ${name}`);
    Reflect.set(owner, name, function (this: { length: number }, ...given: unknown[]): unknown {
      const result: unknown = Reflect.apply(original, this, given);
      look(lengthOf(this, result, given));
      return result;
    });
  };
  const whole = (self: { length: number }) => self.length;
  const found = (self: { length: number }, at: unknown) =>
    typeof at === 'number' && at >= 0 ? 1 : self.length;
  for (const name of ['includes', 'unshift', 'concat', 'slice', 'join', 'toReversed', 'sort'])
    wrap(Array.prototype, name, whole);
  wrap(Array.prototype, 'indexOf', found);
  wrap(Array.prototype, 'splice', (self, _, [start]) => self.length - Number(start));
  for (const name of [
    'replace',
    'replaceAll',
    'split',
    'match',
    'matchAll',
    'trim',
    'trimEnd',
    'toLowerCase',
  ])
    wrap(String.prototype, name, whole);
  wrap(String.prototype, 'includes', whole);
  wrap(String.prototype, 'indexOf', found);
  for (const type of [Array, Set, Map]) {
    const original = type.prototype[Symbol.iterator];
    Reflect.set(type.prototype, Symbol.iterator, function* (this: Iterable<unknown>) {
      const iterator: Iterator<unknown> = Reflect.apply(original, this, []);
      for (let next = iterator.next(); !next.done; next = iterator.next()) {
        look(1);
        yield next.value;
      }
    });
  }
}
