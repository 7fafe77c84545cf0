import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import { isoTime } from '../../platform/clock.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { LearningEffects } from '../effects.ts';
import { modeName } from '../schema.ts';
import { scrapeFrequency } from './schema.ts';

type StoreEffects = Pick<LearningEffects, 'scraper' | 'clock'>;

const rowSchema = z.object({
  mode: modeName,
  sites: z.array(z.string()),
  frequency: scrapeFrequency,
  /** As text: one that is no time counts as long ago. */
  lastScrapedAt: z.string().optional(),
});

/** Which sites a mode learns, how often, and when it last did. A mode without a plan learns when it is asked to. */
export type ScrapePlan = z.output<typeof rowSchema>;

const plansOf = (workspace: WorkspaceId) => `WS#${workspace}#SCRAPE_PLANS`;
const planKey = (workspace: WorkspaceId, mode: ModeName) => ({ pk: plansOf(workspace), sk: mode });

/** The plan that a mode has before anybody has decided anything. */
export const emptyPlan = (mode: ModeName): ScrapePlan => ({ mode, sites: [], frequency: 'manual' });

/** The empty plan when there is none. */
export async function readPlan(
  workspace: WorkspaceId,
  mode: ModeName,
  { scraper }: StoreEffects,
): Promise<ScrapePlan> {
  const item = await scraper.get(planKey(workspace, mode));
  return item ? parseItem(rowSchema, item) : emptyPlan(mode);
}

/** The plans of the workspace, by mode. */
export async function readPlans(workspace: WorkspaceId, { scraper }: StoreEffects): Promise<ScrapePlan[]> {
  return Array.fromAsync(scraper.query(plansOf(workspace)), item => parseItem(rowSchema, item));
}

/** Makes the plan, or changes what is given of it. */
export async function writePlan(
  workspace: WorkspaceId,
  mode: ModeName,
  change: Partial<Pick<ScrapePlan, 'sites' | 'frequency'>>,
  { scraper }: StoreEffects,
): Promise<void> {
  const { mode: name, ...usual } = emptyPlan(mode);
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const others = Object.entries(usual).filter(([field]) => !(field in given));
  await scraper.update(planKey(workspace, mode), {
    set: { mode: name, ...given },
    setIfAbsent: Object.fromEntries(others),
  });
}

/** Notes that the sites of the plan are learned now. Does nothing where there is no plan. */
export async function stampPlan(
  workspace: WorkspaceId,
  mode: ModeName,
  { scraper, clock }: StoreEffects,
): Promise<void> {
  await scraper.update(planKey(workspace, mode), {
    set: { lastScrapedAt: isoTime(clock.now()) },
    condition: 'attribute_exists(pk)',
  });
}

export async function removePlan(
  workspace: WorkspaceId,
  mode: ModeName,
  { scraper }: StoreEffects,
): Promise<void> {
  await scraper.delete(planKey(workspace, mode));
}
