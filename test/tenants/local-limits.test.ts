import { expect, test } from 'vitest';
import { enterLocalMode } from '../../functions/platform/http/local-mode.ts';
import { hourlyLimitOf } from '../../functions/tenants/index.ts';
import { newWorkspace } from './counting.ts';

test('the open workspace of a laptop may ask a hundred thousand questions an hour; nobody else, and not against its own setting', () => {
  const demo = newWorkspace({ id: 'demo' as never });
  expect(hourlyLimitOf(demo)).toBe(100);
  enterLocalMode({ openWorkspace: 'demo', secretsFile: '/nowhere', indexDirectory: '/nowhere' });
  expect(hourlyLimitOf(demo)).toBe(100_000);
  expect(hourlyLimitOf(newWorkspace())).toBe(100);
  expect(hourlyLimitOf({ ...demo, hourlyLimit: 5 })).toBe(5);
});
