export { type ChatEffects, chatEffects } from './effects.ts';
export { chatEnv } from './env.ts';
