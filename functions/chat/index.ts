export type { ChatEffects } from './effects.ts';
export { chatEnv } from './env.ts';
export { forgetOutage } from './run/outage-store.ts';
