import { type Context, createContext, Script } from 'node:vm';

/** The work was stopped because it took too long. */
export class OverBudget extends Error {
  override readonly name = 'OverBudget';

  constructor(budgetMs: number) {
    super(`takes longer than ${budgetMs / 1000} s`);
  }
}

/**
 * The only code that runs in a context of its own. The work itself is a function of the caller, with the caller's
 * globals.
 */
const script = new Script('work()');
let context: Context | undefined;

/**
 * Runs `work`, which must not be asynchronous, and returns what it returns. Work that takes longer than `budgetMs`
 * milliseconds is stopped wherever it is, also inside a regular expression, and `OverBudget` is thrown. Its `finally`
 * blocks do not run then, so it should change nothing but what it returns. What `work` throws is thrown.
 *
 * It is meant for content that strangers wrote. Such content may hit a defect of ours or of a library, and must not
 * stop the process.
 */
export function withinBudget<T>(budgetMs: number, work: () => T): T {
  context ??= createContext({});
  let done: { readonly result: T } | undefined;
  context['work'] = () => {
    done = { result: work() };
  };
  try {
    script.runInContext(context, { timeout: budgetMs });
  } catch (error) {
    throw isTimeout(error) ? new OverBudget(budgetMs) : error;
  } finally {
    context['work'] = undefined;
  }
  if (!done) throw new Error('the work was given up, though nothing stopped it');
  return done.result;
}

/** The same, but undefined when `work` throws or takes too long. For results that are not needed. */
export function tryWithinBudget<T>(budgetMs: number, work: () => T): T | undefined {
  try {
    return withinBudget(budgetMs, work);
  } catch {
    return undefined;
  }
}

/**
 * Runs `work` for each item. Returns its result or its error, in the order of the items. The items share one budget,
 * since a budget takes half a millisecond to set up. An item that is stopped behind others starts anew with a whole
 * budget, so that a bad item fails alone and no good one fails with it.
 */
export function eachWithinBudget<T, R>(
  budgetMs: number,
  items: readonly T[],
  work: (item: T) => R,
): ({ readonly result: R } | { readonly error: unknown })[] {
  const outcomes: ({ readonly result: R } | { readonly error: unknown })[] = [];
  const attempt = (item: T) => {
    try {
      outcomes.push({ result: work(item) });
    } catch (error) {
      outcomes.push({ error });
    }
  };
  while (outcomes.length < items.length) {
    const done = outcomes.length;
    try {
      withinBudget(budgetMs, () => items.slice(done).forEach(attempt));
    } catch (error) {
      if (outcomes.length === done) outcomes.push({ error });
    }
  }
  return outcomes;
}

/** The error is made in the script's own context, so it is no instance of our `Error`. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
