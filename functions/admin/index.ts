export type { AdminEffects } from './effects.ts';
