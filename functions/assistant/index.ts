export { type AnswerEvent, type AnswerRequest, answer } from './answer.ts';
export { type AnsweringEnv, type AssistantEffects, assistantEffects } from './effects.ts';
export { assistantEnv } from './env.ts';
export type { HistoryMessage } from './history.ts';
export { assistantHealth, configuredModels, type Models } from './models.ts';
export { ensureMode, findModeByName, getMode } from './modes.ts';
export { type Mode, type ModeDraft, type Source, source } from './schema.ts';
