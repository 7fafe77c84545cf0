import type { Hono } from 'hono';
import { appOfDoors } from '../platform/http/doors.ts';
import type { AdminEffects } from './effects.ts';

/** The admin routes of every capability; the last door takes the unknown ones too, and shows them to no stranger. */
export const adminApp = (effects: AdminEffects): Hono =>
  appOfDoors([
    {
      paths: ['/admin/login', '/admin/reset/*', '/admin/user', '/api/refresh-token'],
      open: async () => (await import('./account-routes.ts')).accountsApp(effects),
    },
    {
      paths: ['/admin/modes/*'],
      open: async () => (await import('./mode-routes.ts')).modesApp(effects),
    },
    {
      paths: ['/admin/scrape/*'],
      open: async () => (await import('./scrape-routes.ts')).scrapesApp(effects),
    },
    {
      paths: ['*'],
      open: async () => (await import('./workspace-routes.ts')).workspacesApp(effects),
    },
  ]);
