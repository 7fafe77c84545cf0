export { type AnalyticsEffects, analyticsEffects } from './effects.ts';
export { analyticsEnv } from './env.ts';
export { recordTurn } from './record-turn.ts';
export type { TurnRecord } from './turn-record.ts';
