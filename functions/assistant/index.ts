export type { AnswerEvent, AnswerRequest } from './answer.ts';
export type { AttachedFile } from './attached.ts';
export {
  type AssistantEffects,
  answerEffects,
  type ModesAdminEffects,
  type ModesEffects,
  modesEffects,
} from './effects.ts';
export { assistantEnv, modesEnv } from './env.ts';
export type { HistoryMessage } from './history.ts';
export { assistantHealth, configuredModels, type Models } from './models.ts';
export { documentModes } from './document-modes.ts';
export { learningModes } from './learning-modes.ts';
export {
  ensureMode,
  findModeByName,
  frontMode,
  getMode,
  listModes,
  visiblePartOf,
} from './modes.ts';
export { answer, historyMessagesOf, searchAhead, summarise } from './on-demand.ts';
export { type Mode, type ModeDraft, type Source, source, type VisibleMode } from './schema.ts';
export type { SearchedQuestion } from './search.ts';
export type { Earlier } from './summarise.ts';
