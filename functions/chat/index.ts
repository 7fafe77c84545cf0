export { type ChatEffects, chatEffects } from './effects.ts';
export { chatEndpoints } from './endpoints.ts';
export { chatEnv } from './env.ts';
export { chatApp } from './routes.ts';
