import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import type { RunEffects } from './effects.ts';

type StoreEffects = Pick<RunEffects, 'chat'>;

const storedOutage = z.object({ model: z.string(), since: z.number(), at: z.number() });

/** That a model fails: its first failure (`since`) and its last one (`at`), in milliseconds since the epoch. */
export type Outage = Readonly<z.output<typeof storedOutage>>;

/** Of the deployment, as its models are: no workspace's data is in it. */
const key = { pk: 'HEALTH', sk: 'MODEL' };

export async function readOutage({ chat }: StoreEffects): Promise<Outage | undefined> {
  const item = await chat.get(key);
  return item && parseItem(storedOutage, item);
}

/** `expires`: epoch seconds. */
export const putOutage = (outage: Outage, expires: number, { chat }: StoreEffects): Promise<unknown> =>
  chat.put({ ...key, ...outage, expires });

/** Forgets it, unless the model has failed since `at`. */
export const endOutage = (at: number, { chat }: StoreEffects): Promise<unknown> =>
  chat.delete(key, { condition: '#at < :at', values: { at } });
