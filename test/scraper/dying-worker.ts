import type { ScraperEffects } from '../../functions/scraper/effects.ts';

/** What a worker changes and reads outside of itself. */
const outside = ['scraper', 'scrapeQueue', 'knowledge', 'documents', 'indexQueue'] as const;

/**
 * The effects of a worker whose process dies at its step of that number, counted from 1: that call and all that follow
 * fail. A step is a call of a table, a queue or a bucket; a call that is repeated, as by who waits, is one step.
 * `at` is the call at which it died.
 */
export function dyingAt<E extends ScraperEffects>(
  effects: E,
  step: number,
): { effects: E; at(): string | undefined } {
  let [steps, before] = [0, ''];
  let at: string | undefined;
  const dying = <Effect extends object>(effect: Effect, name: string): Effect =>
    new Proxy(effect, {
      get(target, property, receiver) {
        const method: unknown = Reflect.get(target, property, receiver);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => {
          const call = `${name}.${String(property)} ${JSON.stringify(args)}`;
          if (call !== before) steps += 1;
          before = call;
          if (steps >= step) {
            at ??= call;
            throw new Error('the process died');
          }
          return Reflect.apply(method, target, args) as unknown;
        };
      },
    });
  return {
    effects: { ...effects, ...Object.fromEntries(outside.map(name => [name, dying(effects[name], name)])) },
    at: () => at,
  };
}
