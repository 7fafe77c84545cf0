import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';

type StoreEffects = Pick<LearningEffects, 'scraper'>;

const rowSchema = z.object({
  preferred: z.array(z.string()),
  blocked: z.array(z.string()),
  allowOthers: z.boolean(),
});
type StoredRules = z.output<typeof rowSchema>;

const rulesKey = (workspace: WorkspaceId, mode: ModeName) => ({
  pk: `WS#${workspace}#HOST_RULES`,
  sk: mode,
});

/** Undefined when the mode has none. */
export async function readHostRules(
  workspace: WorkspaceId,
  mode: ModeName,
  { scraper }: StoreEffects,
): Promise<StoredRules | undefined> {
  const item = await scraper.get(rulesKey(workspace, mode));
  return item && parseItem(rowSchema, item);
}

export async function putHostRules(
  workspace: WorkspaceId,
  mode: ModeName,
  rules: Readonly<{ preferred: readonly string[]; blocked: readonly string[]; allowOthers: boolean }>,
  { scraper }: StoreEffects,
): Promise<void> {
  await scraper.put({ ...rulesKey(workspace, mode), ...rules });
}

export async function forgetHostRules(
  workspace: WorkspaceId,
  mode: ModeName,
  { scraper }: StoreEffects,
): Promise<void> {
  await scraper.delete(rulesKey(workspace, mode));
}
