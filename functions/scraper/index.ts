export {
  type LearningEffects,
  learningEffects,
  type PlanEffects,
  planEffects,
  scraperEffects,
} from './effects.ts';
export { planEnv, scraperEnv } from './env.ts';
export { type LearningRequest, requestLearning } from './jobs/request-learning.ts';
export type { ScrapeJob } from './jobs/store.ts';
export { type ModeLearning, modeLearning } from './plans/mode-learning.ts';
export { readPlan, type ScrapePlan, stampPlan } from './plans/store.ts';
export type { LearningModes } from './pages/block-pages.ts';
export { hostRefusal, type HostRules, plainAddress } from './site/host-rules.ts';
