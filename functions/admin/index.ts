export { type AdminEffects, adminEffects } from './effects.ts';
export { adminEnv } from './env.ts';
export { adminApp } from './routes.ts';
