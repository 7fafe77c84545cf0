import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CallerError } from '../../functions/platform/errors.ts';
import type { AddressHash, VisitorId } from '../../functions/platform/ids.ts';
import {
  limitStateOf,
  readHours,
  reserveTurn,
  type TurnCaller,
  type Workspace,
} from '../../functions/tenants/index.ts';
import { type Counting, newWorkspace, startCounting } from './counting.ts';

let counting: Counting;
beforeAll(async () => {
  counting = await startCounting();
});
afterAll(() => counting.stop());

const nine = Date.parse('2026-03-01T09:00:00Z');
beforeEach(() => {
  counting.world.now = nine + 20 * 60_000;
});

const visitor = (name: string) => name as VisitorId;
const address = (name: string) => name as AddressHash;
const reserve = (workspace: Workspace, caller: TurnCaller = {}) =>
  reserveTurn(workspace, caller, counting.effects);
/** The turns that were let in of so many asked for at the same time, each by a caller of its own. */
async function letIn(workspace: Workspace, times: number, callerOf: (i: number) => TurnCaller = () => ({})) {
  const outcomes = await Promise.allSettled(
    Array.from({ length: times }, (_, i) => reserve(workspace, callerOf(i))),
  );
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'rate_limited' });
  }
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}
const refusalOf = async (workspace: Workspace, caller: TurnCaller = {}): Promise<CallerError> => {
  const refusal = await reserve(workspace, caller).catch((error: unknown) => error);
  if (refusal instanceof CallerError) return refusal;
  throw new Error('the turn was let in');
};
const hoursOf = (workspace: Workspace) =>
  readHours(workspace.id, ['2026-03-01T00', '2026-03-01T23'] as never, counting.effects);

describe('a workspace', () => {
  test.each<[string, Partial<Workspace>, number]>([
    ['free: 100 an hour', { tier: 'free' }, 100],
    ['paid: 1000 an hour', { tier: 'paid' }, 1000],
    ['its own number, if it has one', { tier: 'free', hourlyLimit: 7 }, 7],
    ['a number of its own, paid', { tier: 'paid', hourlyLimit: 5000 }, 5000],
  ])('%s', async (_, settings, limit) => {
    const workspace = newWorkspace(settings);
    expect(await limitStateOf(workspace, counting.effects)).toMatchObject({ limit, remaining: limit });
    expect(await reserve(workspace)).toEqual({
      limit,
      remaining: limit - 1,
      resetAt: Date.parse('2026-03-01T10:00:00Z') / 1000,
    });
    expect(await limitStateOf(workspace, counting.effects)).toMatchObject({ remaining: limit - 1 });
  });

  test('is refused from its limit on, told until when, and counts no refusal', async () => {
    const workspace = newWorkspace({ hourlyLimit: 2 });
    await reserve(workspace);
    expect(await reserve(workspace)).toMatchObject({ remaining: 0 });
    const refusal = await refusalOf(workspace);
    expect(refusal).toMatchObject({
      code: 'rate_limited',
      status: 429,
      limit: { limit: 2, remaining: 0, resetAt: Date.parse('2026-03-01T10:00:00Z') / 1000 },
    });
    expect(refusal.message).toBe(
      'This assistant has answered as many questions as it may in an hour (2): ask again in 40 minutes, at 10:00 UTC',
    );
    await refusalOf(workspace);
    expect(await hoursOf(workspace)).toEqual([{ hour: '2026-03-01T09', turns: 2, overage: 0 }]);
  });

  test('gets exactly its limit when 200 callers ask at the same time', async () => {
    const workspace = newWorkspace({ tier: 'free' });
    expect(await letIn(workspace, 200)).toBe(100);
    expect(await hoursOf(workspace)).toEqual([{ hour: '2026-03-01T09', turns: 100, overage: 0 }]);
  });

  test('begins anew with the next hour of the clock, whenever its first turn was', async () => {
    const workspace = newWorkspace({ hourlyLimit: 1 });
    counting.world.now = nine + 3_599_999;
    await reserve(workspace);
    expect(await refusalOf(workspace)).toMatchObject({ limit: { resetAt: nine / 1000 + 3600 } });
    counting.world.now = nine + 3_600_000;
    expect(await reserve(workspace)).toMatchObject({ remaining: 0, resetAt: nine / 1000 + 7200 });
    expect(await hoursOf(workspace)).toEqual([
      { hour: '2026-03-01T09', turns: 1, overage: 0 },
      { hour: '2026-03-01T10', turns: 1, overage: 0 },
    ]);
  });

  test('that pays goes on over its limit, and what is over it is recorded', async () => {
    const workspace = newWorkspace({ tier: 'paid', hourlyLimit: 20 });
    expect(await letIn(workspace, 50)).toBe(50);
    expect(await hoursOf(workspace)).toEqual([{ hour: '2026-03-01T09', turns: 50, overage: 30 }]);
    expect(await reserve(workspace)).toMatchObject({ limit: 20, remaining: 0 });
  });

  test('that pays and wants a hard cap stops at it', async () => {
    const workspace = newWorkspace({ tier: 'paid', hourlyLimit: 20, hardCap: true });
    expect(await letIn(workspace, 50)).toBe(20);
    expect(await hoursOf(workspace)).toEqual([{ hour: '2026-03-01T09', turns: 20, overage: 0 }]);
  });

  test('that may ask nothing is let in not once', async () => {
    const workspace = newWorkspace({ hourlyLimit: 0 });
    await refusalOf(workspace);
    expect(await limitStateOf(workspace, counting.effects)).toMatchObject({ limit: 0, remaining: 0 });
  });

  test('counts for itself alone', async () => {
    const [one, other] = [newWorkspace({ hourlyLimit: 1 }), newWorkspace({ hourlyLimit: 1 })];
    await reserve(one);
    await reserve(other);
    await refusalOf(one);
  });

  test('goes on when its limit is raised in the middle of the hour; one below the count leaves no negative rest', async () => {
    const workspace = newWorkspace({ hourlyLimit: 3 });
    expect(await letIn(workspace, 5)).toBe(3);
    expect(await reserve({ ...workspace, hourlyLimit: 5 })).toMatchObject({ limit: 5, remaining: 1 });
    expect(await limitStateOf({ ...workspace, hourlyLimit: 2 }, counting.effects)).toMatchObject({
      remaining: 0,
    });
  });
});

describe('a caller', () => {
  test('who is one visitor can not use up the workspace: 30 of 100, a tenth of more', async () => {
    const small = newWorkspace({ tier: 'free' });
    expect(await letIn(small, 50, () => ({ visitor: visitor('v') }))).toBe(30);
    expect(await refusalOf(small, { visitor: visitor('v') })).toMatchObject({
      message: expect.stringContaining('one person'),
      limit: { limit: 30, remaining: 0 },
    });
    await reserve(small, { visitor: visitor('another') });
    const large = newWorkspace({ tier: 'paid', hourlyLimit: 500 });
    expect(await letIn(large, 60, () => ({ visitor: visitor('v') }))).toBe(50);
  });

  test('who makes up visitors is known by the address: 60 of 100', async () => {
    const workspace = newWorkspace({ tier: 'free' });
    const forged = (i: number) => ({ visitor: visitor(`v${i}`), address: address('one') });
    expect(await letIn(workspace, 90, forged)).toBe(60);
    expect(await refusalOf(workspace, forged(91))).toMatchObject({
      message: expect.stringContaining('your network address'),
    });
    await reserve(workspace, { address: address('two') });
  });

  test('is counted nowhere when refused: by the address, by the visitor, by the workspace', async () => {
    const workspace = newWorkspace({ tier: 'free' });
    await letIn(workspace, 60, i => ({ visitor: visitor(`a${i}`), address: address('full') }));
    await letIn(workspace, 40, () => ({ visitor: visitor('patient'), address: address('full') }));
    expect(await hoursOf(workspace)).toMatchObject([{ turns: 60 }]);
    // 29 more fit: the 40 refused ones took none of the visitor's 30.
    expect(
      await letIn(workspace, 29, () => ({ visitor: visitor('patient'), address: address('free') })),
    ).toBe(29);
    await letIn(workspace, 11);
    const [last] = [visitor('late')];
    expect(await letIn(workspace, 40, () => ({ visitor: last }))).toBe(0);
    expect(await letIn({ ...workspace, hourlyLimit: 1000 }, 40, () => ({ visitor: last }))).toBe(40);
  });

  test('who asks alone, where one may ask as much as all, is told of the limit of the workspace', async () => {
    const alone = { visitor: visitor('v'), address: address('one') };
    const workspace = newWorkspace({ hourlyLimit: 3 });
    expect(await letIn(workspace, 4, () => alone)).toBe(3);
    counting.world.now = nine + 3_599_000;
    expect((await refusalOf(workspace, alone)).message).toBe(
      'This assistant has answered as many questions as it may in an hour (3): ask again in 1 minute, at 10:00 UTC',
    );
    const paying = newWorkspace({ tier: 'paid', hourlyLimit: 3 });
    expect(await letIn(paying, 4, () => alone)).toBe(3);
    expect((await refusalOf(paying, { address: address('one') })).message).toMatch(/^From your network/);
  });

  test('may ask again in the next hour', async () => {
    const workspace = newWorkspace({ hourlyLimit: 1000 });
    const caller = { visitor: visitor('v') };
    expect(await letIn(workspace, 101, () => caller)).toBe(100);
    counting.world.now = nine + 3_600_000;
    await reserve(workspace, caller);
  });
});
