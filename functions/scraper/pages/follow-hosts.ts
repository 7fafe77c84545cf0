import { CallerError } from '../../platform/errors.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import { cut } from '../../platform/portable/text-length.ts';
import { listSeeds } from '../crawl/seed-store.ts';
import type { LearningEffects } from '../effects.ts';
import { queueJob } from '../jobs/queue-job.ts';
import { hostRefusal, type HostRules, noHostRules } from '../site/host-rules.ts';
import { putHostRules, readHostRules } from './host-rules-store.ts';

/** Why the mode does not learn from the address. Undefined when it may. */
export async function refusedBy(
  workspace: WorkspaceId,
  mode: ModeName,
  url: URL,
  effects: Pick<LearningEffects, 'scraper'>,
): Promise<string | undefined> {
  const rules = (await readHostRules(workspace, mode, effects)) ?? noHostRules;
  return hostRefusal(rules, url.href);
}

/** Throws `bad_request` when the mode does not learn from the address. */
export async function mustBeAllowed(
  workspace: WorkspaceId,
  mode: ModeName,
  url: URL,
  effects: Pick<LearningEffects, 'scraper'>,
): Promise<void> {
  const reason = await refusedBy(workspace, mode, url, effects);
  if (reason !== undefined)
    throw new CallerError(
      'bad_request',
      `can not read "${cut(url.href, 200)}" for the mode "${mode}": ${reason}`,
    );
}

/**
 * Makes these the rules of the mode: its settings were changed. What was learned from a site that is blocked now is
 * taken out of the mode by a job; of a part of a site, by the site's next crawl. Answers go by the rules at once.
 */
export async function followHosts(
  workspace: WorkspaceId,
  mode: ModeName,
  rules: HostRules,
  effects: LearningEffects,
): Promise<void> {
  const before = (await readHostRules(workspace, mode, effects)) ?? noHostRules;
  await putHostRules(workspace, mode, rules, effects);
  const blockedSites = ({ blocked }: HostRules, sites: readonly string[]): string[] =>
    sites.filter(site => hostRefusal({ ...noHostRules, blocked }, `http://${site}/`) !== undefined);
  const seeds = (await listSeeds(workspace, effects)).filter(seed => seed.mode === mode);
  const sites = [...new Set(seeds.map(({ site }) => site))];
  const known = new Set(blockedSites(before, sites));
  for (const site of blockedSites(rules, sites)) {
    if (known.has(site)) continue;
    const about = { url: `https://${site}/`, site, mode, maxPages: 1 };
    await queueJob(workspace, { ...about, type: 'site_delete' }, effects);
  }
}
