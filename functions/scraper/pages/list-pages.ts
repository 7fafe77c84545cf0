import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import { modesThatReach } from '../crawl/page-outcome.ts';
import { loadPages, type PageRecord } from '../crawl/page-store.ts';
import { listSeeds } from '../crawl/seed-store.ts';
import type { LearningEffects } from '../effects.ts';

/** A page that a mode answers from, or that it could not learn. */
export interface ListedPage {
  readonly site: string;
  readonly record: PageRecord;
  readonly modes: readonly ModeName[];
}

/** The pages of the mode, or of all modes, that were learned or failed; those that were learned last come first. */
export async function listPages(
  workspace: WorkspaceId,
  mode: ModeName | undefined,
  effects: LearningEffects,
): Promise<ListedPage[]> {
  const seeds = await listSeeds(workspace, effects);
  const sites = new Set(seeds.flatMap(seed => (mode === undefined || seed.mode === mode ? seed.site : [])));
  const listed: ListedPage[] = [];
  for (const site of sites)
    for (const record of (await loadPages(workspace, site, effects)).values()) {
      const modes = modesThatReach(record.reached);
      if ((mode === undefined || modes.includes(mode)) && isListed(record))
        listed.push({ site, record, modes });
    }
  return listed.sort((one, other) => (whenLearned(one) < whenLearned(other) ? 1 : -1));
}

const isListed = ({ outcome }: PageRecord): boolean => outcome === 'learned' || outcome === 'failed';
const whenLearned = ({ record }: ListedPage): string => record.learnedAt ?? '';

export interface ListedSite {
  readonly domain: string;
  readonly pages: number;
  readonly words: number;
  readonly lastLearned: string | undefined;
  readonly sampleUrl: string;
}

/** The sites of the pages that are learned, the one that was learned last first. */
export function groupBySite(pages: readonly ListedPage[]): ListedSite[] {
  const learned = pages.filter(({ record }) => record.outcome === 'learned');
  return [...Map.groupBy(learned, ({ site }) => site)].map(([domain, ofSite]) => ({
    domain,
    pages: ofSite.length,
    words: ofSite.reduce((sum, { record }) => sum + (record.words ?? 0), 0),
    lastLearned: ofSite[0]?.record.learnedAt,
    sampleUrl: ofSite.reduce(
      (shortest, { record }) => (record.url.length < shortest.length ? record.url : shortest),
      ofSite[0]?.record.url ?? '',
    ),
  }));
}
