export { type AdminEffects, adminEffects } from './effects.ts';
export { adminApp } from './routes.ts';
