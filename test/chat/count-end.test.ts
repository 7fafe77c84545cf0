import { expect, test } from 'vitest';
import { countEnd } from '../../functions/chat/run/count-end.ts';

test('the share of the runs that failed is the average of what is counted at their ends', () => {
  const counted: [string, number, object | undefined][] = [];
  const metrics = {
    add: (name: string, value: number, _unit: string, dimensions?: object) =>
      void counted.push([name, value, dimensions]),
  };
  for (const status of ['done', 'error', 'canceled', 'done'] as const) countEnd(status, { metrics });
  const failed = counted.flatMap(([name, value]) => (name === 'RunFailed' ? [value] : []));
  expect(failed).toEqual([0, 1, 0, 0]);
  expect(counted.filter(([name]) => name === 'RunFinished').map(([, value, by]) => [value, by])).toEqual([
    [1, { status: 'done' }],
    [1, { status: 'error' }],
    [1, { status: 'canceled' }],
    [1, { status: 'done' }],
  ]);
  // An alarm reads one series, so the share has no dimension besides the service.
  expect(counted.filter(([name, , by]) => name === 'RunFailed' && by !== undefined)).toEqual([]);
});
