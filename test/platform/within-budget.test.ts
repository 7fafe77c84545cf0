import { describe, expect, test } from 'vitest';
import { eachWithinBudget, OverBudget, withinBudget } from '../../functions/platform/within-budget.ts';

const endless = (): never => {
  for (;;);
};

describe('work within a budget', () => {
  test('gives its result, made of ordinary objects', () => {
    const found = withinBudget(10_000, () => ({ list: [1, 2] }));
    expect(found).toEqual({ list: [1, 2] });
    expect(found.list).toBeInstanceOf(Array);
  });

  test('may give nothing', () => {
    expect(withinBudget(10_000, () => undefined)).toBeUndefined();
  });

  test.each([
    ['a loop without end', endless],
    ['an expression that tries too much', () => /(a+)+b/.test('a'.repeat(100))],
  ])('is stopped in %s', (_, work) => {
    expect(() => withinBudget(50, work)).toThrow(new OverBudget(50));
  });

  test('throws what the work throws', () => {
    expect(() =>
      withinBudget(10_000, () => {
        throw new TypeError('a defect');
      }),
    ).toThrow(new TypeError('a defect'));
  });

  test('that has no end of calls fails like any other', () => {
    const deeper = (): number => 1 + deeper();
    expect(() => withinBudget(10_000, deeper)).toThrow(RangeError);
  });

  test('of several, that which can not be done fails alone', () => {
    const works = [() => 1, endless, () => 3];
    expect(eachWithinBudget(100, works, work => work())).toEqual([
      { result: 1 },
      { error: new OverBudget(100) },
      { result: 3 },
    ]);
  });

  test('of several, those that were done before one is stopped are not done again', () => {
    let done = 0;
    const works = [() => (done += 1), () => (done += 1), endless, () => (done += 1)];
    eachWithinBudget(100, works, work => work());
    expect(done).toBe(3);
  });
});
