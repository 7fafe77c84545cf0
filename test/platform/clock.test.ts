import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../functions/platform/clock.ts';

const warnings: string[] = [];
const note = ({ name }: Error) => warnings.push(name);
process.on('warning', note);
afterEach(() => process.off('warning', note));

test('a moment that has passed is not waited for, and Node has nothing to warn of', async () => {
  await systemClock.sleep(-1_000);
  await turn();
  expect(warnings).toEqual([]);
});
