import type { Hono } from 'hono';
import { mount } from '../../platform/http/endpoint.ts';
import { CallerError } from '../../platform/errors.ts';
import { accountEndpoints } from './endpoints.ts';
import type { Tokens } from './accounts.ts';
import { administrator } from '../access/admin-workspace.ts';
import type { AccountsEffects } from '../effects.ts';
import { beginReset, finishReset } from './password-reset.ts';
import { renewTokens, signInPerson } from './sign-in.ts';
import { readWorkspace } from '../workspaces/store.ts';

/** Serves sign-in and forgotten passwords, which need no credentials, and tells a person who they are signed in as. */
export function mountAccounts<Variables extends object>(
  app: Hono<{ Variables: Variables }>,
  effects: AccountsEffects,
): void {
  mount(app, accountEndpoints.signIn, async ({ body }, { req }) =>
    tokensOnWire(await signInPerson(body, req.raw.headers, effects)),
  );
  mount(app, accountEndpoints.renewSignIn, async ({ body }, { req }) =>
    tokensOnWire(await renewTokens(body.refresh_token, req.raw.headers, effects)),
  );
  mount(app, accountEndpoints.beginPasswordReset, async ({ body }, { req }) => {
    await beginReset(body.username, req.raw.headers, effects);
    return { status: 'success' as const };
  });
  mount(
    app,
    accountEndpoints.finishPasswordReset,
    async ({ body: { token, new_password: password } }, { req }) => {
      await finishReset({ token, password }, req.raw.headers, effects);
      return { status: 'success' as const, message: 'The password is changed: sign in with it.' };
    },
  );
  mount(app, accountEndpoints.readUser, async (_input, { req }) => {
    const caller = await administrator(req.raw.headers, effects);
    if (caller.kind === 'key') throw new CallerError('forbidden', 'an API key is nobody: sign in');
    const memberships = await Promise.all(
      [...caller.workspaces].map(async ([id, role]) => {
        const workspace = await readWorkspace(id, effects);
        return workspace ? [{ id, name: workspace.name, role }] : [];
      }),
    );
    return {
      user_id: caller.sub,
      email: caller.email,
      is_super_admin: caller.superAdmin,
      workspaces: memberships.flat(),
    };
  });
}

const tokensOnWire = ({ idToken, accessToken, refreshToken }: Tokens) => ({
  id_token: idToken,
  access_token: accessToken,
  refresh_token: refreshToken,
});
