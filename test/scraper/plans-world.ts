import type { AddressInfo } from 'node:net';
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { type Schedules, schedulesOf } from '../../functions/platform/aws/schedule.ts';
import type { IndexMessage } from '../../functions/knowledge/index.ts';
import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import type { ScheduleEffects } from '../../functions/scraper/effects.ts';
import type { TriageEffects } from '../../functions/scraper/files/triage.ts';
import type { ScrapeMessage } from '../../functions/scraper/jobs/messages.ts';
import type { PlanMessage } from '../../functions/scraper/plans/messages.ts';
import { createWorkspace } from '../../functions/tenants/index.ts';
import { serveScheduler } from '../../local/emulators/scheduler/serve.ts';
import { handClock } from '../local/fixtures/hand-clock.ts';
import { clientSettings, emulatedQueue, emulatedTable } from '../support/emulated.ts';
import { startTenancy } from '../tenants/tenancy.ts';

export const acme = 'acme' as WorkspaceId;
const target = {
  group: 'default',
  queue: 'arn:aws:sqs:us-east-1:000000000000:plans',
  deadLetters: 'arn:aws:sqs:us-east-1:000000000000:given-up',
  role: 'arn:aws:iam::000000000000:role/sender',
};

/**
 * What keeps plans, over emulators: one workspace, and a scheduler that can be out of reach. The clock stands still.
 */
export async function startPlans() {
  const [tenancy, scraper, scrapeQueue, planQueue, indexQueue] = await Promise.all([
    startTenancy(),
    emulatedTable(),
    emulatedQueue<ScrapeMessage>(),
    emulatedQueue<PlanMessage>(),
    emulatedQueue<IndexMessage>(true),
  ]);
  const { server, stop } = serveScheduler({
    send: () => Promise.reject(new Error('no test waits so long')),
    clock: handClock(tenancy.world.now),
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const clientAt = (endpoint: string) => new SchedulerClient({ ...clientSettings(endpoint), maxAttempts: 1 });
  const client = clientAt(`http://127.0.0.1:${port}`);
  const unreachable = clientAt('http://127.0.0.1:1');
  const outage = { on: false };
  const schedules: Schedules = schedulesOf(target, async () => (outage.on ? unreachable : client));
  const effects: ScheduleEffects & TriageEffects = {
    ...tenancy.effects,
    scraper: scraper.table,
    scrapeQueue: scrapeQueue.queue,
    planQueue: planQueue.queue,
    indexQueue: indexQueue.queue,
    schedules,
    async resolve(name) {
      if (name === 'gone.example') throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
      return ['93.184.216.34'];
    },
  };
  await createWorkspace({ id: acme, name: 'Acme', defaultMode: 'help' as ModeName }, effects);
  return {
    effects,
    clock: tenancy.world,
    outage,
    /** What waits in the queue of the plans, and in that of the crawls. */
    planMessages: (waitSeconds = 0) => planQueue.receive(waitSeconds),
    scrapeMessages: () => scrapeQueue.receive(),
    /** The expression and the message of each schedule, by name. */
    async scheduled() {
      const { Schedules: all = [] } = await client.send(new ListSchedulesCommand({}));
      const found = await Promise.all(all.map(({ Name }) => client.send(new GetScheduleCommand({ Name }))));
      return found.map(({ Name, ScheduleExpression, Description, Target }) => ({
        name: Name,
        expression: ScheduleExpression,
        description: Description,
        message: JSON.parse(Target?.Input ?? '') as unknown,
      }));
    },
    async stop() {
      client.destroy();
      unreachable.destroy();
      await stop();
      server.closeAllConnections();
      server.close();
      await Promise.all([
        tenancy.stop(),
        scraper.stop(),
        scrapeQueue.stop(),
        planQueue.stop(),
        indexQueue.stop(),
      ]);
    },
  };
}

export type PlansWorld = Awaited<ReturnType<typeof startPlans>>;
