import * as z from 'zod';
import { CallerError } from '../../platform/errors.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Secrets } from '../../platform/aws/secrets.ts';

/** HS256 needs at least as many key bytes as its hash has. */
const keyBytes = 32;

const keySet = z
  .object({
    current: z.string(),
    next: z.string().optional(),
    keys: z.record(z.string(), z.base64url()),
  })
  .refine(({ current, keys }) => Object.hasOwn(keys, current), 'the current key is not among the keys')
  .refine(
    ({ next, keys }) => next === undefined || Object.hasOwn(keys, next),
    'the next key is not among the keys',
  )
  .refine(
    ({ keys }) => Object.values(keys).every(key => Buffer.from(key, 'base64url').length >= keyBytes),
    `a key is shorter than ${keyBytes} bytes`,
  );

/** The keys of visitor tokens: `current` signs, all of them verify. */
export interface SigningKeys {
  readonly current: { readonly kid: string; readonly key: Uint8Array };
  find(kid: string): Uint8Array | undefined;
}

const newKey = (ids: Ids) => ({ kid: ids.uuid(), key: ids.secret(keyBytes) });

/** Creates the first key set, as the text of the secret `visitor-signing-keys`. */
export function createSigningKeys(ids: Ids): string {
  const [current, next] = [newKey(ids), newKey(ids)];
  const keys = { [current.kid]: current.key, [next.kid]: next.key };
  return JSON.stringify({ current: current.kid, next: next.kid, keys });
}

/**
 * The key set after a rotation: its next key becomes the current one. All functions have known that key since the
 * rotation before, so none refuses what another signs while they pick up the change. The former key stays, so tokens in
 * use go on working; older keys are dropped. Rotate no more than once in 12 hours, the life of a token, unless you want
 * to end old tokens.
 */
export function rotateSigningKeys(secret: string, ids: Ids): string {
  const { current: last, next: prepared, keys } = parseKeySet(secret);
  const current = prepared === undefined ? newKey(ids) : { kid: prepared, key: keys[prepared] };
  const next = newKey(ids);
  const kept = { [last]: keys[last], [current.kid]: current.key, [next.kid]: next.key };
  return JSON.stringify({ current: current.kid, next: next.kid, keys: kept });
}

/** `unavailable` when the operator has set no keys. A malformed secret is a defect; the error does not quote it. */
export async function readSigningKeys(secrets: Secrets): Promise<SigningKeys> {
  const secret = await secrets.get('visitor-signing-keys');
  if (secret === undefined) {
    throw new CallerError('unavailable', 'visitor tokens are not set up here: run `switchboard bootstrap`');
  }
  const { current, keys } = parseKeySet(secret);
  const byKid = new Map(Object.entries(keys).map(([kid, key]) => [kid, Buffer.from(key, 'base64url')]));
  const key = byKid.get(current);
  if (!key) throw new Error('visitor-signing-keys: the current key is not among the keys');
  return { current: { kid: current, key }, find: kid => byKid.get(kid) };
}

function parseKeySet(secret: string): z.output<typeof keySet> {
  try {
    return keySet.parse(JSON.parse(secret));
  } catch {
    throw new Error(
      'visitor-signing-keys is not {"current": kid, "next": kid, "keys": {kid: 32 bytes in base64url}}',
    );
  }
}
