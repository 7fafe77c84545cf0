export { answersCiting, type CitingAnswer } from './answers-citing.ts';
export {
  analyticsEffects,
  type RecordingEffects,
  recordingEffects,
  type UsageEffects,
} from './effects.ts';
export { analyticsEnv, recordingEnv } from './env.ts';
export { recordTurn } from './record-turn.ts';
export type { TurnRecord } from './turn-record.ts';
