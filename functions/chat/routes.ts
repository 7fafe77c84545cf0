import type { Hono } from 'hono';
import { appOfDoors } from '../platform/http/doors.ts';
import type { ChatEffects } from './effects.ts';

/** The doors to the answer; the last one is the runs API, with visitor tokens, health and the API's description. */
export const chatApp = (effects: ChatEffects): Hono =>
  appOfDoors([
    {
      paths: ['/api/widget/*'],
      open: async () => (await import('./widget/routes.ts')).widgetApp(effects),
    },
    {
      paths: ['/ask', '/upload-files', '/clear-conversation', '/modes/*'],
      open: async () => (await import('./ask/routes.ts')).askApp(effects),
    },
    {
      paths: ['/api/permitsca', '/api/talentcentral'],
      open: async () => (await import('./servers/routes.ts')).serversApp(effects),
    },
    {
      paths: ['*'],
      open: async () => (await import('./runs-api/routes.ts')).runsApp(effects),
    },
  ]);
