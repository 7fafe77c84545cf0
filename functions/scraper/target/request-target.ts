import type { WorkspaceId } from '../../platform/ids.ts';
import { knownWorkspace, type TenantsEffects } from '../../tenants/index.ts';
import type { LearningEffects } from '../effects.ts';
import { siteOf } from '../fetch/address.ts';
import { queueJob } from '../jobs/queue-job.ts';
import { mustBeAllowed } from '../pages/follow-hosts.ts';
import { checkAddress } from '../jobs/request-learning.ts';
import type { ScrapeJob } from '../jobs/store.ts';
import type { TargetRequest } from './schema.ts';

/**
 * Queues the job, which is listed with those of the workspace's default mode. Throws `bad_request` for a text that is
 * no address and for an address that is not public, or that the default mode refuses.
 */
export async function requestTarget(
  workspace: WorkspaceId,
  { url: text, options, target, timeout_ms: timeoutMs }: TargetRequest,
  effects: LearningEffects & TenantsEffects,
): Promise<ScrapeJob> {
  const url = await checkAddress(withOptions(text, options), effects);
  const { defaultMode: mode } = await knownWorkspace(workspace, effects);
  await mustBeAllowed(workspace, mode, url, effects);
  const wanted = { target, timeoutMs };
  const job = { type: 'api_target_scrape', url: url.href, site: siteOf(url), mode, maxPages: 1 } as const;
  return queueJob(workspace, { ...job, wanted }, effects);
}

/** The address with the options in its query, in place of those that it has. Lists repeat, null is skipped. */
function withOptions(text: string, options: TargetRequest['options']): string {
  const url = URL.parse(text.includes('://') ? text : `https://${text}`);
  const given = Object.entries(options).filter(([, value]) => value !== null);
  // What is no address is refused in its own words later.
  if (!url || given.length === 0) return text;
  for (const [name, value] of given) {
    url.searchParams.delete(name);
    for (const each of [value].flat()) url.searchParams.append(name, String(each));
  }
  return url.href;
}
