import { createHttpApp } from '../platform/http/http-app.ts';
import { mountAccounts } from '../tenants/index.ts';
import type { AdminEffects } from './effects.ts';

/** Sign-in and forgotten passwords, for whom nobody knows yet. */
export function accountsApp(effects: AdminEffects) {
  const app = createHttpApp(effects);
  mountAccounts(app, effects);
  return app;
}
