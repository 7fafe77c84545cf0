import { errorText } from '../../platform/errors.ts';

/**
 * The condition of a workspace's index. `missing`: there is none, though there may never have been one. `damaged`:
 * files of it are gone or overwritten, so that it can not be read.
 */
export type IndexCondition = 'whole' | 'missing' | 'damaged';

/** The index can not be read, and trying again does not help: a file of it is gone, cut off or overwritten. */
export class IndexDamaged extends Error {
  override readonly name = 'IndexDamaged';

  constructor(cause: unknown) {
    super('the search index is damaged', { cause });
  }
}

/**
 * LanceDB's errors for a file of a table that is gone, cut off or overwritten. They were seen with version 0.31, each
 * by causing it. Any other error (no permission, no network, no time) may be over in a moment and proves nothing.
 */
const damage = [
  /not found: \S*\.(?:lance|manifest|txn)\b/i,
  /object at location \S+ not found/i,
  /failed to fill whole buffer/i,
  /does not appear to be a lance file/i,
  /file size is too small/i,
  /invalid range \d+\.\.\d+ for object/i,
  /range \S+ (?:is )?(?:out of bounds|larger than|invalid)/i,
  /cannot exceed the existing length/i,
  /failed to decode|invalid wire type|invalid (?:key|tag) value|buffer underflow|unexpected end of file/i,
  /joinerror::panic|panicked/i,
];

/** Whether the error proves that the index is damaged. */
export const isDamage = (error: unknown): boolean =>
  error instanceof IndexDamaged || damage.some(pattern => pattern.test(errorText(error)));

/** Throws `IndexDamaged` for an error that proves a damage, and any other error as it is. */
export function throwAsDamage(error: unknown): never {
  throw isDamage(error) && !(error instanceof IndexDamaged) ? new IndexDamaged(error) : error;
}
