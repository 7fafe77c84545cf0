import { afterAll } from 'vitest';
import { emulatedTable } from '../support/emulated.ts';

/** The table of the test file that imports this. It goes when the file's tests have ended. */
const emulated = await emulatedTable();
afterAll(emulated.stop);

export const { table, name, endpoint } = emulated;

let partitions = 0;
/** A partition that no other test writes to. */
export const freshPartition = () => `WS#test#${(partitions += 1)}`;
export const freshKey = () => ({ pk: freshPartition(), sk: 'one' });
