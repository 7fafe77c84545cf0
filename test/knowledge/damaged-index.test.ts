import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { submitDocuments } from '../../functions/knowledge/documents/submit.ts';
import type { IndexMessage, RelearnMessage } from '../../functions/knowledge/documents/messages.ts';
import { knowledgeCondition, requestIndexCheck, unlessDamaged } from '../../functions/knowledge/index.ts';
import type { IndexCondition } from '../../functions/knowledge/index/damage.ts';
import { createLanceIndex } from '../../functions/knowledge/index/lance-index.ts';
import { readIndexState } from '../../functions/knowledge/index/state-store.ts';
import { requestMarker } from '../../functions/knowledge/index.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import type { WorkspaceId } from '../../functions/platform/ids.ts';
import { emulatedQueue } from '../support/emulated.ts';
import { quickClock } from '../support/quick-clock.ts';
import { deleteEachFile, tableDamages } from './damage-files.ts';
import { dyingOnce, globex, help, type KnowledgeWorld, page, startKnowledge } from './knowledge-world.ts';

let world: KnowledgeWorld;
let relearn: Awaited<ReturnType<typeof emulatedQueue<RelearnMessage>>>;
/** Of each test a new one, with two documents. */
let workspace: WorkspaceId;
let workspaces = 0;
beforeAll(async () => {
  [world, relearn] = await Promise.all([startKnowledge(), emulatedQueue<RelearnMessage>()]);
});
beforeEach(async () => {
  workspace = `damaged-${(workspaces += 1)}` as WorkspaceId;
  await submitDocuments(
    workspace,
    [page('returns', 'Refunds take five days.'), page('opening', 'The shop opens at nine.')],
    world.effects,
  );
  await drain();
});
afterAll(() => Promise.all([world?.stop(), relearn?.stop()]));

const submit = (name: string, text: string) => submitDocuments(workspace, [page(name, text)], world.effects);
/** As another process would find the index, which has nothing of it in memory. */
const afresh = () => ({
  ...world.effects,
  // Nothing waits between two looks.
  clock: quickClock(),
  relearnQueue: relearn.queue,
  index: createLanceIndex(world.directory, systemClock, { freshnessSeconds: 0 }),
});
const drain = async () => world.deliver(await world.waiting(), 1, afresh());
const check = async (using = afresh()) => {
  await requestIndexCheck(workspace, world.effects);
  await world.deliver(await world.waiting(), 1, using);
};
const stateOf = async (name: string) => (await world.documentRow(workspace, name))?.state;

const table = () => join(world.directory, workspace, 'lexical.lance');
const damages: [string, IndexCondition, () => void][] = [
  [
    'the directory is deleted',
    'missing',
    () => rmSync(join(world.directory, workspace), { recursive: true }),
  ],
  ['everything is deleted', 'missing', () => deleteEachFile(join(world.directory, workspace))],
  ...tableDamages.map(([name, condition, damage]): [string, IndexCondition, () => void] => [
    name,
    condition,
    () => damage(table()),
  ]),
];

describe.each(damages)('when %s', (_, condition, damage) => {
  it('the index says so, and is begun anew and filled again', async () => {
    damage();
    const effects = afresh();
    expect(await effects.index.check(workspace)).toBe(condition);
    expect(await knowledgeCondition(workspace, effects)).toBe('rebuilding');
    await drain();
    expect(await relearn.receive()).toEqual([{ kind: 'relearn', workspace }]);
    expect(await Promise.all(['returns', 'opening'].map(stateOf))).toEqual(['pending', 'pending']);
    // Learned again, with the same content.
    await submit('returns', 'Refunds take five days.');
    await requestMarker(workspace, 'half', world.effects);
    await drain();
    expect(await knowledgeCondition(workspace, afresh())).toBe('rebuilding');
    await submit('opening', 'The shop opens at nine.');
    await requestMarker(workspace, 'whole', world.effects);
    await drain();
    expect(await knowledgeCondition(workspace, afresh())).toBe('whole');
    expect(await world.ask(workspace, 'When does the shop open?')).toEqual([
      'opening: The shop opens at nine.',
    ]);
    expect(await Promise.all(['returns', 'opening'].map(stateOf))).toEqual(['completed', 'completed']);
  });
});

const cutOff = () => tableDamages.find(([name]) => name === 'its data is cut off')?.[2](table());
const searched = (effects: ReturnType<typeof afresh>) =>
  unlessDamaged(
    workspace,
    effects.index.search(workspace, { mode: help, text: 'refunds', limit: 5 }),
    [],
    effects,
  );

const some = new Set(['the directory is deleted', 'its data is cut off', 'its search indexes are deleted']);

describe.each(damages.filter(([name]) => some.has(name)))('when %s', (_, __, damage) => {
  it('the index writer notices before it writes, and nothing that it is given is lost', async () => {
    damage();
    await submit('parking', 'Parking is free on Sundays.');
    const messages: IndexMessage[] = await world.waiting();
    await world.deliver(messages, 1, afresh()).catch(() => world.deliver(messages, 2, afresh()));
    expect(await relearn.receive()).toEqual([{ kind: 'relearn', workspace }]);
    expect(await world.ask(workspace, 'parking on Sundays')).toEqual([
      'parking: Parking is free on Sundays.',
    ]);
    expect(await Promise.all(['parking', 'returns'].map(stateOf))).toEqual(['completed', 'pending']);
  });
});

describe('an index', () => {
  it('that is whole stays as it is when it is looked at', async () => {
    await check();
    expect(await relearn.receive()).toEqual([]);
    expect(await world.ask(workspace, 'refunds')).toEqual(['returns: Refunds take five days.']);
  });

  it('is looked at once in half a minute, however many ask for its condition', async () => {
    const { index, ...rest } = afresh();
    let [ahead, looks] = [0, 0];
    const clock = { ...systemClock, now: () => systemClock.now() + ahead };
    const check: typeof index.check = asked => {
      looks += 1;
      return index.check(asked);
    };
    const effects = { ...rest, clock, index: { ...index, check } };
    const ask = () => knowledgeCondition(workspace, effects);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['whole', 'whole', 'whole']);
    expect([await ask(), looks]).toEqual(['whole', 1]);
    ahead = 31_000;
    expect([await ask(), looks]).toEqual(['whole', 2]);
  });

  it('that a search finds damaged is looked at again at once', async () => {
    const effects = afresh();
    expect(await knowledgeCondition(workspace, effects)).toBe('whole');
    cutOff();
    expect(await searched(effects)).toEqual([]);
    expect(await knowledgeCondition(workspace, effects)).toBe('rebuilding');
    expect(await world.waiting()).toEqual([{ kind: 'check', workspace }]);
  });

  it('that is damaged is reported by the next reader when the queue did not take the first report', async () => {
    cutOff();
    const effects = { ...afresh(), indexQueue: dyingOnce(world.effects.indexQueue, 'send') };
    expect(await searched(effects)).toEqual([]);
    expect(await world.waiting()).toEqual([]);
    expect(await Promise.all([searched(effects), searched(effects)])).toEqual([[], []]);
    expect(await world.waiting()).toEqual([{ kind: 'check', workspace }]);
  });

  it('that never was is not missed', async () => {
    expect(await knowledgeCondition(globex, world.effects)).toBe('whole');
    await requestIndexCheck(globex, world.effects);
    await world.deliver(await world.waiting(), 1, afresh());
    expect(await readIndexState(globex, world.effects)).toBeUndefined();
  });

  it('that can not be reached is no lost one: nothing is thrown away', async () => {
    const unreachable = {
      ...afresh(),
      index: createLanceIndex('s3://no-such-bucket/index', systemClock, {
        freshnessSeconds: 0,
        storageOptions: {
          endpoint: 'http://127.0.0.1:9',
          allowHttp: 'true',
          region: 'eu-central-1',
          awsAccessKeyId: 'key',
          awsSecretAccessKey: 'secret',
          clientMaxRetries: '0',
          clientRetryTimeout: '1',
        },
      }),
    };
    await expect(check(unreachable)).rejects.toThrow();
    expect(await readIndexState(workspace, world.effects)).toMatchObject({ rebuilding: false });
    expect(await relearn.receive()).toEqual([]);
    expect(await world.ask(workspace, 'refunds')).toEqual(['returns: Refunds take five days.']);
  });

  it.skipIf(process.getuid?.() === 0)('that may not be read now is no lost one', async () => {
    chmodSync(table(), 0);
    await expect(check()).rejects.toThrow();
    chmodSync(table(), 0o755);
    expect(await world.ask(workspace, 'refunds')).toEqual(['returns: Refunds take five days.']);
  });

  it('whose writer dies while it is begun anew is begun anew by the next', async () => {
    rmSync(join(world.directory, workspace), { recursive: true });
    const dying = afresh();
    const { index } = dying;
    await expect(
      check({ ...dying, index: { ...index, beginAnew: () => Promise.reject(new Error('died')) } }),
    ).rejects.toThrow('died');
    await check();
    await submit('returns', 'Refunds take five days.');
    await drain();
    expect(await world.ask(workspace, 'refunds')).toEqual(['returns: Refunds take five days.']);
  });
});
