import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import type { TenantsEffects } from '../effects.ts';

const storedToken = z.object({ sub: z.string(), expires: z.number() });
const storedCurrent = z.object({ hash: z.string() });

/** A token by which one person may choose a password. Only the newest one of a person is valid. */
export interface ResetToken {
  /** SHA-256 of the token. */
  readonly hash: string;
  readonly sub: string;
  /** Epoch seconds. */
  readonly expires: number;
}

const currentKey = (sub: string) => ({ pk: `DIRECTORY#reset-of#${sub}`, sk: 'CURRENT' });
const tokenKey = (hash: string) => ({ pk: `DIRECTORY#reset#${hash}`, sk: 'TOKEN' });

/** Makes this the person's token; the one before is no longer valid. The pointer to it is written first. */
export async function putResetToken(
  { hash, sub, expires }: ResetToken,
  effects: TenantsEffects,
): Promise<void> {
  await effects.tenants.put({ ...tokenKey(hash), sub, expires });
  await effects.tenants.put({ ...currentKey(sub), hash, expires });
}

/** Undefined when the token is unknown, used, or replaced by a newer one. An expired one may still be returned. */
export async function readResetToken(hash: string, effects: TenantsEffects): Promise<ResetToken | undefined> {
  const item = await effects.tenants.get(tokenKey(hash));
  if (!item) return undefined;
  const token = parseItem(storedToken, item);
  const current = await effects.tenants.get(currentKey(token.sub));
  if (!current || parseItem(storedCurrent, current).hash !== hash) return undefined;
  return { hash, ...token };
}

/**
 * Uses the token up. When several callers try at once, one gets true: who takes it leaves a stamp of their own, so that
 * a taking whose answer was lost is known again.
 */
export async function takeResetToken({ hash, sub }: ResetToken, effects: TenantsEffects): Promise<boolean> {
  const taken = await effects.tenants.update(currentKey(sub), {
    set: { takenBy: effects.ids.uuid() },
    condition: '#hash = :hash and attribute_not_exists(#takenBy)',
    values: { hash },
  });
  if (!taken) return false;
  await effects.tenants.delete(currentKey(sub));
  await effects.tenants.delete(tokenKey(hash));
  return true;
}

/** Makes a token valid again that was taken without effect, unless there is a newer one. */
export async function giveBackResetToken(token: ResetToken, effects: TenantsEffects): Promise<void> {
  const { hash, sub, expires } = token;
  await effects.tenants.put({ ...tokenKey(hash), sub, expires });
  await effects.tenants.putIfAbsent({ ...currentKey(sub), hash, expires });
}
