import { afterAll } from 'vitest';
import { startKnowledge } from './knowledge-world.ts';

/** The world of the test file that imports this. It ends with the file's last test. */
export const world = await startKnowledge();
afterAll(() => world.stop());
