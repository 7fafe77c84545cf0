import { CallerError } from '../../platform/errors.ts';
import type { KeyId, ModeName, VisitorId, WorkspaceId } from '../../platform/ids.ts';
import { noteLogIds } from '../../platform/log-ids.ts';
import { localMode } from '../../platform/http/local-mode.ts';
import type { DoorEffects } from '../effects.ts';
import { looksLikeKey, openKey } from '../keys/keys.ts';
import type { KeyScope } from '../schema.ts';
import { verifyVisitorToken } from '../visitors/visitor-token.ts';

/** For whom a request of the runs API acts. */
export type Principal =
  | { kind: 'key'; workspace: WorkspaceId; keyId: KeyId; scope: KeyScope }
  | { kind: 'visitor'; workspace: WorkspaceId; mode: ModeName; visitor: VisitorId }
  /** The local demo workspace without credentials: the runs API only, never `/admin`. */
  | { kind: 'open'; workspace: WorkspaceId };

/** Which credentials are taken, where they are not the usual ones. */
interface Accepted {
  /** The headers that may hold an API key, beside `Authorization`. */
  readonly keyHeaders?: readonly string[];
  /** The credentials in words, for the error text. */
  readonly accepted?: string;
}

/**
 * Reads `Authorization: Bearer <API key or visitor token>`, or an API key in one of `keyHeaders`. Throws `unauthorized`
 * for a bad credential, and for a missing one; that error names the credentials that are `accepted`. In local mode a
 * caller without a credential gets the open workspace. A bad credential never falls back to the open workspace.
 */
export async function authenticate(
  headers: Headers,
  effects: DoorEffects,
  { keyHeaders = ['X-API-Key'], accepted = 'an API key or a visitor token' }: Accepted = {},
): Promise<Principal> {
  const credential = credentialOf(headers, keyHeaders);
  const principal = await principalOf(credential, accepted, headers, effects);
  noteLogIds({ workspace: principal.workspace });
  return principal;
}

async function principalOf(
  credential: string | undefined,
  accepted: string,
  headers: Headers,
  effects: DoorEffects,
): Promise<Principal> {
  if (credential === undefined) {
    const local = localMode();
    if (local && !isFromAnotherSite(headers)) {
      return { kind: 'open', workspace: local.openWorkspace as WorkspaceId };
    }
    throw new CallerError('unauthorized', `this needs ${accepted}: send it as "Authorization: Bearer ..."`);
  }
  if (looksLikeKey(credential)) {
    const grant = await openKey(credential, effects);
    if (grant) return { kind: 'key', ...grant };
    throw new CallerError('unauthorized', 'the API key is not valid: it is unknown, revoked or expired');
  }
  const visitor = await verifyVisitorToken(credential, effects);
  if (visitor === 'expired') {
    throw new CallerError('unauthorized', 'the visitor token has expired: ask for a new one');
  }
  if (visitor === 'forged') throw new CallerError('unauthorized', 'the visitor token is not valid');
  return { kind: 'visitor', ...visitor };
}

/**
 * A page of any website can make its visitor's browser call a server on the same laptop. The open workspace must not
 * answer it. Where the browser sends no `Sec-Fetch-Site`, its `Origin` decides.
 */
function isFromAnotherSite(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site !== 'same-origin' && site !== 'none';
  const origin = headers.get('origin');
  return origin !== null && URL.parse(origin)?.host !== headers.get('host');
}

/** The key or the token that the request carries. `unauthorized` when it is sent in no known form. */
export function credentialOf(
  headers: Headers,
  keyHeaders: readonly string[] = ['X-API-Key'],
): string | undefined {
  const authorization = headers.get('authorization');
  if (authorization !== null) {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    if (token !== undefined) return token;
    throw new CallerError(
      'unauthorized',
      'the Authorization header is not of the form "Bearer <key or token>"',
    );
  }
  for (const name of keyHeaders) {
    const key = headers.get(name);
    if (key === null) continue;
    if (looksLikeKey(key)) return key;
    throw new CallerError('unauthorized', `the ${name} header holds no API key`);
  }
  return undefined;
}
