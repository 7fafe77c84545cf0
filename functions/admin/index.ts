export { type AdminEffects, adminEffects } from './effects.ts';
