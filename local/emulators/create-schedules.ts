import * as z from 'zod';
import { emulatorAccount, emulatorRegion } from './account.ts';
import { callRestEmulator, EmulatorError } from './call-emulator.ts';
import type { Physical, ResolveIntrinsics } from '../template/intrinsics.ts';
import { ofType, type PlacedResource, placeOf } from '../template/template.ts';

const schedule = z.looseObject({ Name: z.string().optional() });
const group = z.object({ Name: z.string().optional() });

/** Creates the schedule groups and schedules of the template. A schedule that a start before made is replaced. */
export async function createSchedules(
  resources: readonly PlacedResource[],
  endpoint: string,
  physical: Map<string, Physical>,
  resolve: ResolveIntrinsics,
): Promise<void> {
  for (const one of ofType(resources, 'AWS::Scheduler::ScheduleGroup')) {
    const name = group.parse(one.Properties).Name ?? `${one.stack}-${one.id}`;
    await createOr(async () => {}, endpoint, `/schedule-groups/${name}`, {});
    const Arn = `arn:aws:scheduler:${emulatorRegion}:${emulatorAccount}:schedule-group/${name}`;
    physical.set(placeOf(one), { ref: name, attributes: { Arn } });
  }
  for (const one of ofType(resources, 'AWS::Scheduler::Schedule')) {
    const properties = resolve(one.Properties, { stack: one.stack, property: one.id });
    const { Name = `${one.stack}-${one.id}`, ...input } = schedule.parse(properties);
    const path = `/schedules/${Name}`;
    await createOr(() => callRestEmulator(endpoint, 'PUT', path, input), endpoint, path, input);
    physical.set(placeOf(one), { ref: Name, attributes: {} });
  }
}

/** Creates it, or does `otherwise` where it is there already. */
async function createOr(
  otherwise: () => Promise<void>,
  endpoint: string,
  path: string,
  input: object,
): Promise<void> {
  try {
    await callRestEmulator(endpoint, 'POST', path, input);
  } catch (error) {
    if (!(error instanceof EmulatorError && error.code === 'ConflictException')) throw error;
    await otherwise();
  }
}
