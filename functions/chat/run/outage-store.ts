import type { RunEffects } from './effects.ts';

type StoreEffects = Pick<RunEffects, 'chat'>;

/** That a model fails: its first failure and its last one, in milliseconds since the epoch. */
export interface Outage {
  readonly model: string;
  readonly since: number;
  readonly at: number;
}

/** Of the deployment, as its models are: no workspace's data is in it. */
const key = { pk: 'HEALTH', sk: 'MODEL' };

export async function readOutage({ chat }: StoreEffects): Promise<Outage | undefined> {
  const item = await chat.get(key);
  return item && { model: String(item['model']), since: Number(item['since']), at: Number(item['at']) };
}

/** `expires`: epoch seconds. */
export const putOutage = (outage: Outage, expires: number, { chat }: StoreEffects): Promise<unknown> =>
  chat.put({ ...key, ...outage, expires });

/** Forgets it, unless the model has failed since `at`. */
export const endOutage = (at: number, { chat }: StoreEffects): Promise<unknown> =>
  chat.delete(key, { condition: '#at < :at', values: { at } });
