import { createHash } from 'node:crypto';
import { scheduledTime } from '../../platform/aws/schedule.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { ScheduleEffects } from '../effects.ts';
import type { PlanMessage } from './messages.ts';
import type { ScrapeFrequency } from './schema.ts';
import { readPlan, type ScrapePlan } from './store.ts';

/** In UTC. Weekly is Sunday. */
const expressions: Readonly<Record<Exclude<ScrapeFrequency, 'manual'>, string>> = {
  daily: 'cron(0 2 * * ? *)',
  weekly: 'cron(0 3 ? * SUN *)',
};

/** A hash, since the ids of a workspace and a mode together may be longer than a name. */
export const scheduleNameOf = (workspace: WorkspaceId, mode: ModeName): string =>
  `learn-${createHash('sha256').update(`${workspace}\n${mode}`).digest('hex').slice(0, 40)}`;

/**
 * How often the plan's schedule is to run. Undefined when it is to have none: it learns only when asked, or has nothing
 * to learn.
 */
export const expressionOf = ({ frequency, sites }: ScrapePlan): string | undefined =>
  frequency === 'manual' || sites.length === 0 ? undefined : expressions[frequency];

/** Makes, changes or deletes the schedule of the mode, as its plan says now. Doing it twice is once. */
export async function followPlan(
  workspace: WorkspaceId,
  mode: ModeName,
  effects: ScheduleEffects,
): Promise<void> {
  const name = scheduleNameOf(workspace, mode);
  const expression = expressionOf(await readPlan(workspace, mode, effects));
  if (expression === undefined) return effects.schedules.delete(name);
  const message: PlanMessage = { kind: 'learn', workspace, mode, at: scheduledTime };
  await effects.schedules.put({ name, description: `${workspace}, mode ${mode}`, expression, message });
}
