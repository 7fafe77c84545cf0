import type { Hono } from 'hono';
import { appOfDoors } from '../platform/http/doors.ts';
import { areasOf } from '../route-registry.ts';
import type { ChatEffects } from './effects.ts';

/** The chat's app: all doors that answer questions. */
export const chatApp = (effects: ChatEffects): Hono =>
  appOfDoors(
    areasOf('chat'),
    {
      runs: async () => (await import('./runs-api/routes.ts')).runsApp(effects),
      forms: async () => (await import('./ask/routes.ts')).askApp(effects),
      widget: async () => (await import('./widget/routes.ts')).widgetApp(effects),
      servers: async () => (await import('./servers/routes.ts')).serversApp(effects),
    },
    'runs',
  );
