import type { ScheduleEffects } from '../effects.ts';
import { checkAll, checkWorkspace } from './check.ts';
import { followPlan } from './follow-plan.ts';
import { learnPlan } from './learn-plan.ts';
import { planMessageSchema } from './messages.ts';

/**
 * Handles a message about plans. A second delivery is harmless: each brings something into the state that the plan says,
 * and the job of a schedule has an id that follows from its time.
 */
export async function receivePlan(message: unknown, effects: ScheduleEffects): Promise<void> {
  const { data, error } = planMessageSchema.safeParse(message);
  if (!data) return effects.log.error('scrape.message_dropped', error);
  switch (data.kind) {
    case 'learn':
      return learnPlan(data.workspace, data.mode, data.at, effects);
    case 'schedule':
      return followPlan(data.workspace, data.mode, effects);
    case 'check_all':
      return checkAll(effects);
    case 'check':
      return checkWorkspace(data.workspace, effects);
  }
}
