import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import { listSeeds } from '../crawl/seed-store.ts';
import type { PlanEffects } from '../effects.ts';
import { forgetFiles } from '../files/discovered-file-store.ts';
import { followBlockedFiles, type TriageEffects } from '../files/triage.ts';
import { stopLearning } from '../jobs/stop-learning.ts';
import { followSettings } from '../pages/block-pages.ts';
import { followHosts } from '../pages/follow-hosts.ts';
import { forgetHostRules } from '../pages/host-rules-store.ts';
import type { HostRules } from '../site/host-rules.ts';
import { deleteBlocked, listBlocked } from '../pages/blocked-page-store.ts';
import type { DescribedPlan, PlanChange } from './schema.ts';
import { emptyPlan, readPlans, removePlan, type ScrapePlan, writePlan } from './store.ts';

/** What the owner of the modes may know and decide about their learning. */
export interface ModeLearning {
  /** How the modes of the workspace learn; any mode may be asked for. */
  describe(workspace: WorkspaceId): Promise<(mode: ModeName) => DescribedPlan>;
  /** Changes what is given. The mode must exist. */
  change(workspace: WorkspaceId, mode: ModeName, change: PlanChange): Promise<void>;
  /** Makes these the pages that the mode never learns: its settings name them now. */
  followBlocked(
    workspace: WorkspaceId,
    mode: ModeName,
    urls: readonly string[],
    actor: string,
  ): Promise<void>;
  /** The same for the addresses of files. */
  followBlockedFiles(workspace: WorkspaceId, mode: ModeName, urls: readonly string[]): Promise<void>;
  /** Makes these the sites that the mode learns from: its settings name them now. */
  followHosts(workspace: WorkspaceId, mode: ModeName, rules: HostRules): Promise<void>;
  /**
   * Ends the jobs that still learn for the mode, and forgets its plan, its rules of hosts, its blocked pages and its
   * discovered files. Calling it again changes nothing.
   */
  stop(workspace: WorkspaceId, mode: ModeName): Promise<void>;
  forgetPlan(workspace: WorkspaceId, mode: ModeName): Promise<void>;
}

export const modeLearning = (effects: PlanEffects & TriageEffects): ModeLearning => ({
  async describe(workspace) {
    const [plans, seeds] = await Promise.all([readPlans(workspace, effects), listSeeds(workspace, effects)]);
    const planOf = new Map(plans.map(plan => [plan.mode, plan]));
    const learned = new Set(seeds.map(({ mode }) => mode));
    return mode => described(planOf.get(mode) ?? emptyPlan(mode), learned.has(mode));
  },
  async change(workspace, mode, { scrape_sites: sites, scrape_frequency: frequency }) {
    if (sites === undefined && frequency === undefined) return;
    await tellSchedule(workspace, mode, effects);
    await writePlan(
      workspace,
      mode,
      { ...(sites ? { sites } : {}), ...(frequency ? { frequency } : {}) },
      effects,
    );
  },
  followBlocked: (workspace, mode, urls, actor) => followSettings(workspace, mode, urls, actor, effects),
  followBlockedFiles: (workspace, mode, urls) => followBlockedFiles(workspace, mode, urls, effects),
  followHosts: (workspace, mode, rules) => followHosts(workspace, mode, rules, effects),
  async stop(workspace, mode) {
    // First, so that no schedule begins another job.
    await forgetPlan(workspace, mode, effects);
    await stopLearning(workspace, mode, effects);
    const blocked = await listBlocked(workspace, mode, effects);
    await deleteBlocked(
      workspace,
      mode,
      blocked.map(({ key }) => key),
      effects,
    );
    await forgetFiles(workspace, mode, effects);
    await forgetHostRules(workspace, mode, effects);
  },
  forgetPlan: (workspace, mode) => forgetPlan(workspace, mode, effects),
});

async function forgetPlan(workspace: WorkspaceId, mode: ModeName, effects: PlanEffects): Promise<void> {
  await tellSchedule(workspace, mode, effects);
  await removePlan(workspace, mode, effects);
}

/** The message comes when the change, which is written next, is there. */
const tellAfterSeconds = 5;

/**
 * Has the schedule of a plan follow a change. Told first, so that after a crash no change is left that its schedule does
 * not follow.
 */
const tellSchedule = (workspace: WorkspaceId, mode: ModeName, { planQueue }: PlanEffects): Promise<void> =>
  planQueue.send({ kind: 'schedule', workspace, mode }, { delaySeconds: tellAfterSeconds });

const described = (plan: ScrapePlan, learned: boolean): DescribedPlan => ({
  scrape_sites: plan.sites,
  scrape_frequency: plan.frequency,
  has_scraped_content: learned,
  last_scraped_at: plan.lastScrapedAt ?? null,
});
