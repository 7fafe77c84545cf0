import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import { epochSeconds } from '../../platform/clock.ts';
import type { DocumentId, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';

type StoreEffects = Pick<LearningEffects, 'scraper' | 'clock'>;

const rowSchema = z.object({
  document: z.string().transform(id => id as DocumentId),
  /** See `pageKey`. */
  key: z.string(),
  url: z.string(),
  site: z.string(),
  /** Whether the page has other content now, or there is no such page any more. */
  kind: z.enum(['updated', 'gone']),
  /** Epoch milliseconds. */
  at: z.number(),
});

/** The last change of a page that answers may have cited before. */
export type PageChange = z.output<typeof rowSchema>;

/** As long as conversations are usually kept. */
const keptSeconds = 90 * 86_400;

const changesIn = (workspace: WorkspaceId) => `WS#${workspace}#PAGE_CHANGES`;

/** Notes that these pages have changed now. Of a page the last change counts. */
export async function noteChanges(
  workspace: WorkspaceId,
  changes: readonly Omit<PageChange, 'at'>[],
  { scraper, clock }: StoreEffects,
): Promise<void> {
  if (changes.length === 0) return;
  const at = clock.now();
  await scraper.putAll(
    changes.map(change => ({
      pk: changesIn(workspace),
      sk: change.document,
      ...change,
      at,
      expires: epochSeconds(at) + keptSeconds,
    })),
  );
}

/** The changes of the last 90 days, the newest first. */
export async function listChanges(
  workspace: WorkspaceId,
  { scraper }: Pick<StoreEffects, 'scraper'>,
): Promise<PageChange[]> {
  const changes: PageChange[] = [];
  for await (const item of scraper.query(changesIn(workspace))) changes.push(parseItem(rowSchema, item));
  return changes.sort((one, other) => other.at - one.at);
}
