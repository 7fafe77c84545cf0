import { sizeInWords } from '../../platform/portable/size-in-words.ts';
import { CallerError } from '../../platform/errors.ts';
import type { FileDocument } from './file-row-store.ts';

/** In bytes. A larger file would not fit into the disk and the time of its reader. */
export const largestFile = 50 * 1024 * 1024;

/** How many file documents a workspace of the tier may have. */
const documentQuota = { free: 10, paid: 100 } as const;
/** For the open workspace of a laptop. */
const quotaOnLaptop = 1000;

export type DocumentTier = keyof typeof documentQuota | 'laptop';

/**
 * Throws `forbidden` when the workspace has as many documents as its tier may have. Those that `replaced` names do not
 * count: a new version takes their place.
 */
export function requireRoom(
  tier: DocumentTier,
  documents: readonly Pick<FileDocument, 'id'>[],
  replaced: readonly string[],
): void {
  const most = tier === 'laptop' ? quotaOnLaptop : documentQuota[tier];
  const count = documents.filter(({ id }) => !replaced.includes(id)).length;
  if (count < most) return;
  throw new CallerError(
    'forbidden',
    `the workspace has ${count} documents, and its tier has room for ${most}: delete one, or ask for a larger tier`,
  );
}

/** Throws `too_large`. */
export function requireSize(size: number, filename: string): void {
  if (size > largestFile)
    throw new CallerError('too_large', `${filename} is larger than ${sizeInWords(largestFile)}`);
}
