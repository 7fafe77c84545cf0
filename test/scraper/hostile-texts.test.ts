import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as z from 'zod';
import { beforeAll, describe, expect, test } from 'vitest';
import { hostilePages, hostileRobots, hostileSitemaps } from '../support/steps/hostile.ts';

const lineSchema = z.object({
  kind: z.string(),
  name: z.string(),
  counts: z.tuple([z.number(), z.number(), z.number()]),
});
const counted = new Map<string, readonly [number, number, number]>();

beforeAll(async () => {
  // In a process of its own, which can be ended if reading a text does not end.
  const { stdout } = await promisify(execFile)(process.execPath, ['test/support/steps/main.ts'], {
    timeout: 280_000,
    killSignal: 'SIGKILL',
  }).catch((error: { stdout: string }) => error);
  for (const line of stdout.split('\n').filter(text => text.endsWith('}'))) {
    const { kind, name, counts } = lineSchema.parse(JSON.parse(line));
    counted.set(`${kind}: ${name}`, counts);
  }
}, 300_000);

describe.each([
  ['page', hostilePages],
  ['robots', hostileRobots],
  ['sitemap', hostileSitemaps],
])('a hostile %s takes steps in proportion to its size', (kind, texts) => {
  test.each(Object.keys(texts))('%s', name => {
    const [once, twice, fourTimes] = counted.get(`${kind}: ${name}`) ?? [0, 0, 0];
    expect(once, 'it was read to its end').toBeGreaterThan(0);
    expect(twice / once).toBeLessThan(2.4);
    expect(fourTimes / once).toBeLessThan(4.8);
  });
});
