import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import type { TenantsEffects } from '../effects.ts';

const storedToken = z.object({ sub: z.string(), expires: z.number() });
const storedCurrent = z.object({ hash: z.string() });

/** The link that one person may choose a password by: the newest, and no other. */
export interface ResetToken {
  /** SHA-256 of the token. */
  readonly hash: string;
  readonly sub: string;
  /** Epoch seconds. */
  readonly expires: number;
}

const currentKey = (sub: string) => ({ pk: `DIRECTORY#reset-of#${sub}`, sk: 'CURRENT' });
const tokenKey = (hash: string) => ({ pk: `DIRECTORY#reset#${hash}`, sk: 'TOKEN' });

/** From now on this is the person's token; the one before is void. What leads to it comes first. */
export async function putResetToken(
  { hash, sub, expires }: ResetToken,
  effects: TenantsEffects,
): Promise<void> {
  await effects.tenants.put({ ...tokenKey(hash), sub, expires });
  await effects.tenants.put({ ...currentKey(sub), hash, expires });
}

/** Undefined when the token is unknown, used, or void for a newer one; an expired one may still be there. */
export async function readResetToken(hash: string, effects: TenantsEffects): Promise<ResetToken | undefined> {
  const item = await effects.tenants.get(tokenKey(hash));
  if (!item) return undefined;
  const token = parseItem(storedToken, item);
  const current = await effects.tenants.get(currentKey(token.sub));
  if (!current || parseItem(storedCurrent, current).hash !== hash) return undefined;
  return { hash, ...token };
}

/** Uses the token up. Of several who try at once, one gets true. */
export async function takeResetToken({ hash, sub }: ResetToken, effects: TenantsEffects): Promise<boolean> {
  const condition = { condition: '#hash = :hash', values: { hash } };
  if (!(await effects.tenants.delete(currentKey(sub), condition))) return false;
  await effects.tenants.delete(tokenKey(hash));
  return true;
}

/** Gives back a token that was taken for nothing, unless there is a newer one. */
export async function giveBackResetToken(token: ResetToken, effects: TenantsEffects): Promise<void> {
  const { hash, sub, expires } = token;
  await effects.tenants.put({ ...tokenKey(hash), sub, expires });
  await effects.tenants.putIfAbsent({ ...currentKey(sub), hash, expires });
}
