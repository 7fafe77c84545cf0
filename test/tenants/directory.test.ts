import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WorkspaceId } from '../../functions/platform/ids.ts';
import type { Key } from '../../functions/platform/aws/table.ts';
import { claimName, lookUpName, releaseName } from '../../functions/tenants/index.ts';
import { startTenancy, type Tenancy } from './tenancy.ts';

const acme = 'acme' as WorkspaceId;
const globex = 'globex' as WorkspaceId;
const workspaces = [acme, globex, 'initech' as WorkspaceId];

let tenancy: Tenancy;
let names = 0;
const freshName = () => `name-${(names += 1)}`;
const claim = (name: string, workspace: WorkspaceId, effects = tenancy.effects) =>
  claimName('mode', name, workspace, `value-of-${workspace}`, effects);
const owner = async (name: string) => (await lookUpName('mode', name, tenancy.effects))?.workspace;
const recordOf = (name: string, workspace: WorkspaceId): Key => ({
  pk: `WS#${workspace}#NAMES`,
  sk: `mode#${name}`,
});

beforeAll(async () => {
  tenancy = await startTenancy();
});
afterAll(() => tenancy.stop());

test('a name leads to the workspace that claimed it first, and to nobody before', async () => {
  const name = freshName();
  expect(await lookUpName('mode', name, tenancy.effects)).toBeUndefined();
  expect(await claim(name, acme)).toBe('claimed');
  expect(await claim(name, globex)).toBe('taken');
  expect(await lookUpName('mode', name, tenancy.effects)).toEqual({
    workspace: acme,
    value: 'value-of-acme',
  });
});

test('claiming again is harmless and replaces the value', async () => {
  const name = freshName();
  await claim(name, acme);
  expect(await claimName('mode', name, acme, 'another', tenancy.effects)).toBe('already-ours');
  expect((await lookUpName('mode', name, tenancy.effects))?.value).toBe('another');
});

test('the same name of two kinds is two names', async () => {
  const name = freshName();
  await claim(name, acme);
  expect(await claimName('api-key', name, globex, 'k', tenancy.effects)).toBe('claimed');
});

test('however late, a name with an owner is not taken over', async () => {
  const name = freshName();
  await claim(name, acme);
  tenancy.world.now += 365 * 86_400_000;
  expect(await claim(name, globex)).toBe('taken');
  expect(await owner(name)).toBe(acme);
});

test('a refused claim leaves nothing behind in the workspace', async () => {
  const name = freshName();
  await claim(name, acme);
  await claim(name, globex);
  expect(await tenancy.table.get(recordOf(name, globex))).toBeUndefined();
});

test('a released name is free at once', async () => {
  const name = freshName();
  await claim(name, acme);
  await releaseName('mode', name, acme, tenancy.effects);
  expect(await owner(name)).toBeUndefined();
  expect(await claim(name, globex)).toBe('claimed');
});

test('releasing a name that is another workspace’s changes nothing', async () => {
  const name = freshName();
  await claim(name, acme);
  await releaseName('mode', name, globex, tenancy.effects);
  expect(await owner(name)).toBe(acme);
});

test('an ownerless reservation is kept for a minute and is anybody’s after it', async () => {
  const name = freshName();
  await claim(name, acme);
  await tenancy.table.delete(recordOf(name, acme));
  tenancy.world.now += 59_000;
  expect(await claim(name, globex)).toBe('taken');
  tenancy.world.now += 1_000;
  expect(await claim(name, globex)).toBe('claimed');
  expect(await owner(name)).toBe(globex);
  expect(await claim(name, acme)).toBe('taken');
});

test('a claimer that died after any of its steps completes its claim by trying again', async () => {
  for (const steps of [0, 1, 2]) {
    const name = freshName();
    await expect(claim(name, acme, dyingAfter(steps))).rejects.toThrow('died');
    expect(await claim(name, acme)).toMatch(/claimed|already-ours/);
    expect(await owner(name)).toBe(acme);
    tenancy.world.now += 61_000;
    expect(await claim(name, globex)).toBe('taken');
  }
});

test('of many claimers at once exactly one has the name', async () => {
  const name = freshName();
  const results = await Promise.all(
    Array.from({ length: 24 }, (_, n) => claim(name, `workspace-${n}` as WorkspaceId)),
  );
  expect(results.filter(result => result === 'claimed')).toHaveLength(1);
  expect(results.filter(result => result === 'taken')).toHaveLength(23);
  expect(await owner(name)).toBe(`workspace-${results.indexOf('claimed')}`);
});

test('of many that would take over a dead reservation, its old owner among them, exactly one has the name', async () => {
  for (let round = 0; round < 10; round += 1) {
    const name = freshName();
    await claim(name, acme);
    await tenancy.table.delete(recordOf(name, acme));
    tenancy.world.now += 61_000;
    const claimers = [acme, ...Array.from({ length: 7 }, (_, n) => `w${n}` as WorkspaceId)];
    const results = await Promise.all(claimers.map(workspace => claim(name, workspace)));
    const winners = claimers.filter((_, at) => results[at] !== 'taken');
    expect(winners).toEqual([await owner(name)]);
  }
});

test('whatever the order of claims, releases, deaths and pauses, no two workspaces hold a name', async () => {
  const step = fc.record({
    workspace: fc.constantFrom(...workspaces),
    act: fc.constantFrom('claim', 'release', 'die-in-claim'),
    dieAfter: fc.integer({ min: 0, max: 4 }),
    pause: fc.constantFrom(0, 0, 30_000, 61_000),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 6 }),
      async rounds => {
        const name = freshName();
        for (const together of rounds) {
          const told = await Promise.all(
            together.map(async ({ workspace, act, dieAfter, pause }) => {
              tenancy.world.now += pause;
              if (act === 'release') await releaseName('mode', name, workspace, tenancy.effects);
              else if (act === 'claim') return { workspace, result: await claim(name, workspace) };
              else await claim(name, workspace, dyingAfter(dieAfter)).catch(() => {});
              return undefined;
            }),
          );
          const released = together.filter(({ act }) => act === 'release').map(({ workspace }) => workspace);
          const paused = together.some(({ pause }) => pause > 0);
          const holders = new Set(
            told
              .filter(
                each => each !== undefined && each.result !== 'taken' && !released.includes(each.workspace),
              )
              .map(each => each?.workspace),
          );
          // Within one round somebody may win, let go in the middle and another win: then the last word counts.
          if (released.length === 0 && !paused) expect(holders.size).toBeLessThanOrEqual(1);
          if (holders.size === 1 && released.length === 0 && !paused)
            expect([...holders]).toEqual([await owner(name)]);
        }
        tenancy.world.now += 61_000;
        const results = await Promise.all(workspaces.map(workspace => claim(name, workspace)));
        expect(workspaces.filter((_, at) => results[at] !== 'taken')).toEqual([await owner(name)]);
      },
    ),
    { numRuns: 60 },
  );
});

/** Effects whose process dies after so many writes to the table. */
function dyingAfter(writes: number): Tenancy['effects'] {
  let left = writes;
  const { table } = tenancy;
  const living = async <Result>(write: () => Promise<Result>): Promise<Result> => {
    if (left === 0) throw new Error('died');
    left -= 1;
    const result = await write();
    if (left === 0) throw new Error('died');
    return result;
  };
  return {
    ...tenancy.effects,
    tenants: {
      ...table,
      put: item => living(() => table.put(item)),
      putIfAbsent: item => living(() => table.putIfAbsent(item)),
      update: (key, options) => living(() => table.update(key, options)),
      delete: (key, condition) => living(() => table.delete(key, condition)),
    },
  };
}
