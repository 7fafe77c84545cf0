import * as z from 'zod';
import { endpoints } from '../../platform/http/endpoint.ts';
import { role } from '../schema.ts';
import { credentials, tokens } from './schema.ts';
import { routes } from '../../route-registry.ts';

const shared = { tag: 'Accounts' } as const;

export const accountEndpoints = endpoints(routes.tenants.accounts, {
  signIn: {
    ...shared,
    auth: 'none',
    summary: 'Sign a person in',
    description:
      'One answer for a wrong password and for an unknown person. Ten tries in a quarter of an hour.',
    body: credentials,
    reply: tokens,
    errors: ['unauthorized', 'rate_limited'],
  },
  renewSignIn: {
    ...shared,
    auth: 'none',
    summary: 'Give new tokens for a refresh token',
    body: z.object({ refresh_token: z.string().min(1).max(8_000) }),
    reply: tokens,
    errors: ['unauthorized', 'rate_limited'],
  },
  beginPasswordReset: {
    ...shared,
    auth: 'none',
    summary: 'Mail a link to choose a new password by',
    description:
      'Always the same answer, in the same time, whether or not there is such a person. The link works once, for 15 minutes; a newer one makes it void.',
    body: z.object({ username: z.string().trim().min(1).max(254) }),
    reply: z.object({ status: z.literal('success') }),
    errors: ['unavailable'],
  },
  finishPasswordReset: {
    ...shared,
    auth: 'none',
    summary: 'Set the password of the person to whom the token was mailed',
    body: z.object({ token: z.string().min(1).max(200), new_password: z.string().min(1).max(256) }),
    reply: z.object({ status: z.literal('success'), message: z.string() }),
    errors: ['not_found', 'rate_limited'],
  },
  readUser: {
    ...shared,
    auth: 'admin',
    who: 'person',
    summary: 'Who has signed in, and where they are a member',
    reply: z.object({
      user_id: z.string(),
      email: z.string(),
      is_super_admin: z.boolean(),
      workspaces: z.array(z.object({ id: z.string(), name: z.string(), role })),
    }),
    errors: ['forbidden'],
  },
});
