import * as z from 'zod';
import { parseItem } from '../../platform/aws/stored.ts';
import type { RunEffects } from './effects.ts';

type StoreEffects = Pick<RunEffects, 'chat'>;

const storedOutage = z.object({ model: z.string(), since: z.number(), at: z.number() });

/**
 * The outage of a model: the times of its first failure (`since`) and of its last one (`at`), in epoch milliseconds.
 */
export type Outage = Readonly<z.output<typeof storedOutage>>;

/** One item for the deployment, whose models all workspaces share. It holds no workspace's data. */
const key = { pk: 'HEALTH', sk: 'MODEL' };

export async function readOutage({ chat }: StoreEffects): Promise<Outage | undefined> {
  const item = await chat.get(key);
  return item && parseItem(storedOutage, item);
}

/** `expires`: epoch seconds. */
export const putOutage = (outage: Outage, expires: number, { chat }: StoreEffects): Promise<unknown> =>
  chat.put({ ...key, ...outage, expires });

/** Deletes the outage, whenever it was: the deployment has other settings now. */
export const forgetOutage = ({ chat }: StoreEffects): Promise<unknown> => chat.delete(key);

/** Deletes the outage, unless the model has failed since `at`. */
export const endOutage = (at: number, { chat }: StoreEffects): Promise<unknown> =>
  chat.delete(key, { condition: '#at < :at', values: { at } });
