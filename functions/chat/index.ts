export type { ChatEffects } from './effects.ts';
export { chatEnv } from './env.ts';
