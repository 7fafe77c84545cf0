export { type LearningEffects, learningEffects, scraperEffects } from './effects.ts';
export { scraperEnv } from './env.ts';
export { type LearningRequest, requestLearning } from './jobs/request-learning.ts';
export { stopLearning } from './jobs/stop-learning.ts';
export type { ScrapeJob } from './jobs/store.ts';
