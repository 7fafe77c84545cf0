import { afterAll, afterEach, expect } from 'vitest';
import { startEmbedding } from './embedding-world.ts';
import { page } from './knowledge-world.ts';

/** The world of the test file that imports this. It is as new for each test, and ends with the last one. */
export const world = await startEmbedding();
afterEach(() => {
  expect(world.fake.complaints).toEqual([]);
  world.fake.reset();
  world.queued.length = 0;
  world.logged.length = 0;
});
afterAll(() => world.stop());

export const small = 'text-embedding-3-small';
export const cars = page('cars', 'Every car is washed on Monday.');
export const holidays = page('holidays', 'Each holiday is announced in spring.');
