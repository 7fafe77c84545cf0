import type { LearningEffects } from '../effects.ts';
import { waitAfter } from '../fetch/pace.ts';
import { Discovery } from './discovery.ts';
import { type DiscoveryOf, putPacked, readPacked } from './discovery-store.ts';

type StoreEffects = Pick<LearningEffects, 'scraper' | 'clock'>;

/** Does the work with it. When the slice ends before the work is done, the next one has what was found out. */
export async function withDiscovery<T>(
  of: DiscoveryOf,
  effects: StoreEffects,
  work: (discovery: Discovery) => Promise<T>,
): Promise<T> {
  const packed = await readPacked(of, effects);
  const discovery = new Discovery(effects.clock.now(), packed);
  try {
    return await work(discovery);
  } catch (error) {
    if (waitAfter(error) !== undefined) await keepDiscovery(of, discovery, effects);
    throw error;
  }
}

/** Stores it, unless nothing has changed. */
export async function keepDiscovery(
  of: DiscoveryOf,
  discovery: Discovery,
  effects: StoreEffects,
): Promise<void> {
  const packed = discovery.pack();
  if (packed) await putPacked(of, packed, effects);
}
