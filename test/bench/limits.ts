import { CallerError } from '../../functions/platform/errors.ts';
import type { AddressHash, VisitorId } from '../../functions/platform/ids.ts';
import { readHours, reserveTurn, type TurnCaller, type Workspace } from '../../functions/tenants/index.ts';
import { newWorkspace, startCounting } from '../tenants/counting.ts';
import { percentile, type Row } from './row.ts';

const callers = 200;
const turnsEach = 10;
const within = 0.01;
/** Turns that are timed, one after the other. */
const alone = 200;

/**
 * 200 callers who all take turns at once, ten each: how many are let in, against the limit of the hour; and what it
 * costs a turn to be counted.
 */
export async function run(): Promise<Row[]> {
  const { effects, world, stop } = await startCounting();

  /** The turns let in. Each caller asks again as soon as it is answered. */
  async function letIn(workspace: Workspace, callerOf: (i: number) => TurnCaller): Promise<number> {
    let count = 0;
    await Promise.all(
      Array.from({ length: callers }, async (_, i) => {
        for (let turn = 0; turn < turnsEach; turn++) {
          try {
            await reserveTurn(workspace, callerOf(i), effects);
            count += 1;
          } catch (error) {
            if (!(error instanceof CallerError && error.code === 'rate_limited')) throw error;
          }
        }
      }),
    );
    return count;
  }
  const row = (name: string, figure: number, expected: number): Row => ({
    name: `${name}, of ${callers * turnsEach} asked at once by ${callers} callers`,
    figure,
    unit: 'turns',
    bar: `${expected} ± 1 %`,
    ok: Math.abs(figure - expected) <= expected * within,
  });

  try {
    const nobody = () => ({});
    const visitors = (i: number) => ({ visitor: `v${i}` as VisitorId });
    const forged = (i: number) => ({ visitor: `v${i}` as VisitorId, address: 'one' as AddressHash });
    const free = await letIn(newWorkspace({ tier: 'free' }), visitors);
    const capped = await letIn(newWorkspace({ tier: 'paid', hardCap: true }), nobody);
    const address = await letIn(newWorkspace({ tier: 'paid' }), forged);
    const paying = newWorkspace({ tier: 'paid', hourlyLimit: 1_500 });
    await letIn(paying, nobody);
    const hour = new Date(world.now).toISOString().slice(0, 13);
    const large = newWorkspace({ hourlyLimit: 100_000 });
    const times: number[] = [];
    for (let i = 0; i < alone; i++) {
      const began = performance.now();
      await reserveTurn(large, forged(i), effects);
      times.push(performance.now() - began);
    }
    const [counted] = await readHours(paying.id, [hour, hour] as never, effects);
    return [
      row('let in, free workspace', free, 100),
      row('let in, paid workspace with a hard cap', capped, 1_000),
      row('let in from one address with forged visitors, paid workspace', address, 250),
      row('recorded as overage of 1500, paid workspace', counted?.overage ?? 0, 500),
      {
        name: 'a turn counted for visitor, address and workspace, p50',
        figure: percentile(times, 0.5),
        unit: 'ms',
      },
      { name: 'the same, p95', figure: percentile(times, 0.95), unit: 'ms' },
    ];
  } finally {
    await stop();
  }
}
