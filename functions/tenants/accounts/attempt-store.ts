import { createHash } from 'node:crypto';
import * as z from 'zod';
import { epochSeconds } from '../../platform/clock.ts';
import { parseItem } from '../../platform/aws/stored.ts';
import type { TenantsEffects } from '../effects.ts';

/** What is counted, and for whom. The name is stored as a hash only. */
export interface Attempt {
  readonly kind: 'sign-in' | 'reset' | 'reset-token' | 'renewal' | 'invitation';
  readonly by: 'name' | 'address' | 'workspace';
  readonly who: string;
  readonly windowSeconds: number;
}

const storedWindow = z.object({ attempts: z.number() });

/** Counts the attempt. Returns how many there have been in this window of time, this one included. */
export async function countAttempt(
  { kind, by, who, windowSeconds }: Attempt,
  effects: TenantsEffects,
): Promise<number> {
  const now = epochSeconds(effects.clock.now());
  const window = Math.floor(now / windowSeconds);
  const hash = createHash('sha256').update(`${kind}#${by}#${who}`).digest('base64url');
  const item = await effects.tenants.update(
    { pk: `DIRECTORY#attempts#${hash}`, sk: `WINDOW#${window}` },
    { add: { attempts: 1 }, set: { expires: (window + 2) * windowSeconds } },
  );
  return item ? parseItem(storedWindow, item).attempts : 1;
}
