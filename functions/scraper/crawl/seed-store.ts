import { createHash } from 'node:crypto';
import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';
import { modeName } from '../schema.ts';

const seedSchema = z.object({
  mode: modeName,
  /** The asked address. */
  url: z.string(),
  /** The site that the address led to, where the page records are. */
  site: z.string(),
  /** As the newest job wants it. */
  maxPages: z.int(),
});

/**
 * A mode and an asked address from which pages were learned. The record stays when its jobs are cancelled, fail, or are
 * forgotten, for the pages stay too. It goes with its mode. An address that has moved to another site has two.
 */
export type Seed = z.output<typeof seedSchema>;

/** `notedAt`: epoch milliseconds. */
const rowSchema = seedSchema.extend({ notedAt: z.number() });

type StoreEffects = Pick<LearningEffects, 'scraper'>;

const seedsOf = (workspace: WorkspaceId) => `WS#${workspace}#SEEDS`;

/** A hash, since a mode, a site and an address together may be longer than a sort key. */
const seedKey = (workspace: WorkspaceId, { mode, url, site }: Seed) => ({
  pk: seedsOf(workspace),
  sk: createHash('sha256').update(`${mode} ${site} ${url}`).digest('hex'),
});

/** Writing it again changes nothing but the wanted number of pages. */
export async function noteSeed(
  workspace: WorkspaceId,
  { mode, url, site, maxPages }: Seed,
  { scraper, clock }: StoreEffects & Pick<LearningEffects, 'clock'>,
): Promise<void> {
  const seed = { mode, url, site, maxPages };
  await scraper.put({ ...seedKey(workspace, seed), ...seed, notedAt: clock.now() });
}

/** Those that were noted last come first. */
export async function listSeeds(workspace: WorkspaceId, { scraper }: StoreEffects): Promise<Seed[]> {
  const rows: z.output<typeof rowSchema>[] = [];
  for await (const item of scraper.query(seedsOf(workspace))) rows.push(parseItem(rowSchema, item));
  return rows.sort((a, b) => b.notedAt - a.notedAt);
}

/** Forgets all of a mode's, or those that led to that site. */
export async function forgetSeeds(
  workspace: WorkspaceId,
  mode: ModeName,
  effects: StoreEffects,
  site?: string,
): Promise<void> {
  for (const seed of await listSeeds(workspace, effects))
    if (seed.mode === mode && (site === undefined || seed.site === site))
      await effects.scraper.delete(seedKey(workspace, seed));
}
