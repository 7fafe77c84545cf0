export { type ScraperEffects, scraperEffects } from './effects.ts';
export { scraperEndpoints } from './endpoints.ts';
export { scraperEnv } from './env.ts';
export { type LearningRequest, requestLearning } from './request-learning.ts';
export { type EnsureMode, mountScraperAdmin } from './routes.ts';
export { stopLearning } from './stop-learning.ts';
export type { ScrapeJob } from './store.ts';
