import { isoTime } from '../../platform/clock.ts';
import { parseItem } from '../../platform/aws/stored.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { ParseEffects } from '../effects.ts';
import { type FileDocument, fileRow, rowKey } from './file-row-store.ts';

type StoreEffects = Pick<ParseEffects, 'knowledge' | 'clock' | 'ids'>;
type Change = Partial<
  Pick<
    FileDocument,
    'state' | 'progress' | 'step' | 'error' | 'mediaType' | 'pages' | 'failedPages' | 'notes' | 'chunks'
  >
>;

/**
 * A new attempt to read the document: whoever read it before may write no more. Undefined where the document is gone
 * or was read already, which another attempt may have done meanwhile.
 */
export async function beginAttempt(
  workspace: WorkspaceId,
  { mode, sha256, attempt }: FileDocument,
  { knowledge, clock, ids }: StoreEffects,
): Promise<FileDocument | undefined> {
  const item = await knowledge.update(rowKey(workspace, mode, sha256), {
    set: {
      attempt: ids.uuid(),
      state: 'parsing',
      progress: 1,
      step: 'opening the file',
      error: undefined,
      updatedAt: isoTime(clock.now()),
    },
    add: { attempts: 1 },
    condition: '#attempt = :known and #claims <> :none',
    values: { known: attempt, none: '' },
  });
  return item && parseItem(fileRow, item);
}

/** False where the document is gone, or another attempt has begun: then this one ends. */
export async function noteReading(
  workspace: WorkspaceId,
  { mode, sha256, attempt }: FileDocument,
  change: Change,
  { knowledge, clock }: Pick<StoreEffects, 'knowledge' | 'clock'>,
): Promise<boolean> {
  const item = await knowledge.update(rowKey(workspace, mode, sha256), {
    set: { ...change, updatedAt: isoTime(clock.now()) },
    condition: '#attempt = :known and #claims <> :none',
    values: { known: attempt, none: '' },
  });
  return item !== undefined;
}
