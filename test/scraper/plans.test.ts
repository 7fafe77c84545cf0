import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isoTime } from '../../functions/platform/clock.ts';
import type { ModeName } from '../../functions/platform/ids.ts';
import { modeLearning } from '../../functions/scraper/index.ts';
import { endJob } from '../../functions/scraper/jobs/end-job.ts';
import { requestLearning } from '../../functions/scraper/jobs/request-learning.ts';
import { listJobs, updateJob } from '../../functions/scraper/jobs/store.ts';
import { resultOf } from '../../functions/scraper/jobs/sums.ts';
import { scheduleNameOf } from '../../functions/scraper/plans/follow-plan.ts';
import { receivePlan } from '../../functions/scraper/plans/receive.ts';
import type { PlanChange } from '../../functions/scraper/plans/schema.ts';
import { readPlan, stampPlan } from '../../functions/scraper/plans/store.ts';
import { startProgress } from '../../functions/scraper/schema.ts';
import { updateWorkspace } from '../../functions/tenants/workspaces/store.ts';
import { acme, type PlansWorld, startPlans } from './plans-world.ts';

const hour = 3600_000;
const hall = 'https://hall.example/';
const library = 'https://library.example/';

let world: PlansWorld;
let mode: ModeName;
let modes = 0;
beforeAll(async () => {
  world = await startPlans();
});
afterAll(() => world.stop());
beforeEach(() => {
  modes += 1;
  mode = `mode-${modes}` as ModeName;
});

const plan = (change: PlanChange) => modeLearning(world.effects).change(acme, mode, change);
const daily = (...sites: string[]) => plan({ scrape_frequency: 'daily', scrape_sites: sites });
const receive = (message: object) => receivePlan(message, world.effects);
const follow = () => receive({ kind: 'schedule', workspace: acme, mode });
/** As the schedule sends it, for now or for another time. */
const learn = (at = world.clock.now) => receive({ kind: 'learn', workspace: acme, mode, at: isoTime(at) });
const schedule = async () =>
  (await world.scheduled()).find(({ name }) => name === scheduleNameOf(acme, mode));
const jobs = () => listJobs(acme, { mode, limit: 50 }, world.effects);
const lastScraped = async () => (await readPlan(acme, mode, world.effects)).lastScrapedAt;

describe('the schedule of a plan', () => {
  test('follows the plan: made, changed and deleted with it', async () => {
    await daily(hall);
    await follow();
    expect(await schedule()).toMatchObject({
      expression: 'cron(0 2 * * ? *)',
      description: `acme, mode ${mode}`,
      message: { kind: 'learn', workspace: acme, mode, at: '<aws.scheduler.scheduled-time>' },
    });
    await plan({ scrape_frequency: 'weekly' });
    await follow();
    expect((await schedule())?.expression).toBe('cron(0 3 ? * SUN *)');
    await plan({ scrape_frequency: 'manual' });
    await follow();
    expect(await schedule()).toBeUndefined();
  });

  test('is one, however often it is made, and is none without a site', async () => {
    await daily(hall);
    for (let time = 0; time < 2; time += 1) await follow();
    expect((await world.scheduled()).filter(({ name }) => name === scheduleNameOf(acme, mode))).toHaveLength(
      1,
    );
    await plan({ scrape_sites: [] });
    await follow();
    expect(await schedule()).toBeUndefined();
  });

  test('is told of every change of the plan, and of its end, and of nothing else', async () => {
    const told: object[] = [];
    const planQueue = { send: async (message: object) => void told.push(message) };
    const learning = modeLearning({ ...world.effects, planQueue });
    await learning.change(acme, mode, {});
    expect(told).toEqual([]);
    await learning.change(acme, mode, { scrape_frequency: 'daily' });
    await learning.stop(acme, mode);
    const message = { kind: 'schedule', workspace: acme, mode };
    expect(told).toEqual([message, message]);
  });

  test('of a plan can be told, or the plan is not changed', async () => {
    await daily(hall);
    const planQueue = { send: () => Promise.reject(new Error('the queue does not answer')) };
    const learning = modeLearning({ ...world.effects, planQueue });
    await expect(learning.change(acme, mode, { scrape_sites: [library] })).rejects.toThrow();
    await expect(learning.forgetPlan(acme, mode)).rejects.toThrow();
    expect((await readPlan(acme, mode, world.effects)).sites).toEqual([hall]);
  });

  test('is not lost while the scheduler is out of reach: the message comes again, and a check makes it too', async () => {
    await daily(hall);
    world.outage.on = true;
    await expect(follow()).rejects.toThrow();
    world.outage.on = false;
    await receive({ kind: 'check', workspace: acme });
    expect(await schedule()).toMatchObject({ expression: 'cron(0 2 * * ? *)' });
  });

  test('goes when it speaks for a plan that is no more', async () => {
    await daily(hall);
    await follow();
    await plan({ scrape_frequency: 'manual' });
    await learn();
    expect(await jobs()).toEqual([]);
    expect(await schedule()).toBeUndefined();
  });
});

describe('when its schedule says so, a plan', () => {
  test('is learned by one job of all its sites, and stamped', async () => {
    await daily(hall, library);
    await learn();
    expect(await jobs()).toMatchObject([{ type: 'scrape', status: 'queued', url: hall, pending: [library] }]);
    expect(await lastScraped()).toBe(isoTime(world.clock.now));
  });

  test('is learned once for each time, also when the message comes twice, at once, or late', async () => {
    const at = world.clock.now;
    await daily(hall);
    await Promise.all([learn(at), learn(at)]);
    world.clock.now += hour;
    await learn(at);
    expect(await jobs()).toHaveLength(1);
    expect(await lastScraped()).toBe(isoTime(at));
    world.clock.now = at + 24 * hour;
    await learn();
    expect(await jobs()).toHaveLength(2);
  });

  test('is learned after all when the worker died between the job and the stamp', async () => {
    await daily(hall);
    const { effects } = world;
    const dying = {
      ...effects,
      scrapeQueue: {
        async send(...sent: Parameters<typeof effects.scrapeQueue.send>) {
          await effects.scrapeQueue.send(...sent);
          if ((await jobs()).length > 0) throw new Error('the worker died');
        },
      },
    };
    const message = { kind: 'learn', workspace: acme, mode, at: isoTime(world.clock.now) };
    await expect(receivePlan(message, dying)).rejects.toThrow('the worker died');
    await receivePlan(message, effects);
    expect(await jobs()).toHaveLength(1);
    expect(await lastScraped()).toBe(isoTime(world.clock.now));
  });

  test.each([
    ['daily', 19, 21],
    ['weekly', 143, 145],
  ] as const)(
    'is left out when it was learned a short time ago: %s, %d hours',
    async (often, short, long) => {
      await plan({ scrape_frequency: often, scrape_sites: [hall] });
      await stampPlan(acme, mode, world.effects);
      const stamped = world.clock.now;
      world.clock.now = stamped + short * hour;
      await learn();
      expect(await jobs()).toEqual([]);
      world.clock.now = stamped + long * hour;
      await learn();
      expect(await jobs()).toHaveLength(1);
    },
  );

  test.each([['no time at all'], [isoTime(Date.parse('2199-01-01'))]])(
    'is learned when it says that it was learned at %s',
    async lastScrapedAt => {
      await daily(hall);
      const key = { pk: `WS#${acme}#SCRAPE_PLANS`, sk: mode };
      await world.effects.scraper.update(key, { set: { lastScrapedAt } });
      await learn();
      expect(await jobs()).toHaveLength(1);
    },
  );

  test('is learned without the sites that are gone or not public, and not at all where no other is left', async () => {
    await daily('https://gone.example/', hall, 'http://10.0.0.5/');
    await learn();
    expect(await jobs()).toMatchObject([{ url: hall, pending: [] }]);
    mode = `${mode}-none` as ModeName;
    await daily('https://gone.example/');
    await learn();
    expect(await jobs()).toEqual([]);
    expect(await lastScraped()).toBeUndefined();
  });

  test('is left out while its workspace is paused', async () => {
    await daily(hall);
    await updateWorkspace(acme, { status: 'paused' }, world.effects);
    await learn();
    expect(await jobs()).toEqual([]);
    await updateWorkspace(acme, { status: undefined }, world.effects);
    await learn();
    expect(await jobs()).toHaveLength(1);
  });
});

test('a job that ends stamps the plan again when it was about all its sites', async () => {
  await daily(hall, library);
  const end = async (url: string, ...further: string[]) => {
    const { id } = await requestLearning(acme, { url, further, mode }, world.effects);
    world.clock.now += hour;
    const finished = further.map(each => ({
      ...resultOf([]),
      url: each,
      domain: '',
      found: 0,
      fetched: 0,
      skipped: 0,
      rendered: 0,
    }));
    await updateJob(acme, id, { finished }, world.effects);
    await endJob(acme, { id }, { progress: startProgress }, world.effects);
  };
  await end(hall);
  await end('https://other.example/', hall);
  expect(await lastScraped()).toBeUndefined();
  await end(hall, library);
  expect(await lastScraped()).toBe(isoTime(world.clock.now));
});

describe('a check', () => {
  test('comes to each workspace, by a message of its own', async () => {
    await world.planMessages();
    await receive({ kind: 'check_all' });
    expect(await world.planMessages()).toEqual([{ kind: 'check', workspace: acme }]);
  });

  test('has every job watched again that has not ended for an hour', async () => {
    const request = () => requestLearning(acme, { url: hall, mode }, world.effects);
    const [orphan, ended] = [await request(), await request()];
    await endJob(acme, ended, { progress: startProgress }, world.effects);
    world.clock.now += 2 * hour;
    const young = await request();
    await world.scrapeMessages();
    await receive({ kind: 'check', workspace: acme });
    const watched = await world.scrapeMessages();
    expect(watched).toContainEqual({ kind: 'watch', workspace: acme, job: orphan.id });
    for (const { id } of [ended, young])
      expect(watched).not.toContainEqual(expect.objectContaining({ job: id }));
  });
});

test('a message that is none is told and dropped', async () => {
  await receive({ kind: 'learn', workspace: acme, mode, at: 'yesterday' });
  expect(await jobs()).toEqual([]);
});
