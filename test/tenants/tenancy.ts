import { randomIds } from '../../functions/platform/ids.ts';
import { silentLog } from '../../functions/platform/log.ts';
import { silentMetrics } from '../../functions/platform/aws/metrics.ts';
import type { DoorEffects } from '../../functions/tenants/index.ts';
import { createSigningKeys } from '../../functions/tenants/index.ts';
import { emulatedTable } from '../support/emulated.ts';

/** An empty deployment: a real emulated table, signing keys that a test may replace, a clock that it may move. */
export async function startTenancy() {
  const [emulated, limits] = await Promise.all([emulatedTable(), emulatedTable()]);
  const { table } = emulated;
  const world = { now: Date.parse('2026-03-01T09:00:00Z'), signingKeys: createSigningKeys(randomIds) };
  const effects: DoorEffects = {
    tenants: table,
    limits: limits.table,
    secrets: {
      get: async name => (name === 'visitor-signing-keys' ? world.signingKeys || undefined : undefined),
    },
    clock: { now: () => world.now, sleep: async () => {} },
    ids: randomIds,
    log: silentLog,
    metrics: silentMetrics,
  };
  return { effects, table, world, stop: () => Promise.all([emulated.stop(), limits.stop()]) };
}

export type Tenancy = Awaited<ReturnType<typeof startTenancy>>;
