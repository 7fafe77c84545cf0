import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markerReached } from '../../functions/knowledge/documents/store.ts';
import { requestMarker } from '../../functions/knowledge/documents/submit.ts';
import type { IndexMessage } from '../../functions/knowledge/documents/messages.ts';
import { removeDocuments, submitDocuments } from '../../functions/knowledge/documents/submit.ts';
import { submissionKey } from '../../functions/knowledge/documents/submission-blob.ts';
import type { WorkspaceId } from '../../functions/platform/ids.ts';
import { world } from './knowledge-subject.ts';
import { acme, dyingOnce, globex, help, id, page, sales } from './knowledge-world.ts';

/** The messages of one submission, taken from the queue. */
async function messagesOf(...documents: Parameters<typeof page>[]): Promise<IndexMessage[]> {
  await submitDocuments(
    acme,
    documents.map(document => page(...document)),
    world.effects,
  );
  return world.waiting();
}
const never = (): never => {
  throw new Error('the submission is not in the queue');
};
const stateOf = async (name: string) => {
  const row = await world.documentRow(acme, name);
  return row && { state: row.state, ...(row.reason ? { reason: row.reason } : {}) };
};

describe('the index writer', () => {
  it('replaces a document whole when it is updated', async () => {
    const long = Array.from({ length: 60 }, (_, index) => `The heron of line ${index} waits.`).join('\n');
    await world.deliver(await messagesOf(['update', long]));
    expect((await world.ask(acme, 'heron')).length).toBeGreaterThan(1);
    await world.deliver(await messagesOf(['update', 'The heron left.']));
    expect(await world.ask(acme, 'heron')).toEqual(['update: The heron left.']);
  });

  it('does nothing for a message that comes again', async () => {
    const first = await messagesOf(['again', 'The stork stands.']);
    await world.deliver(first);
    const second = await messagesOf(['again', 'The stork sits.']);
    await world.deliver(second);
    await world.deliver([...first, ...second, ...first]);
    expect(await world.ask(acme, 'stork')).toEqual(['again: The stork sits.']);
  });

  it('does not bring back a removed document for a message that comes again', async () => {
    const first = await messagesOf(['removed', 'The crane dances.']);
    await world.deliver(first);
    await removeDocuments(acme, [id('removed')], world.effects);
    const removal = await world.waiting();
    await world.deliver(removal);
    await world.deliver(first);
    expect(await world.ask(acme, 'crane')).toEqual([]);
    await world.deliver(await messagesOf(['removed', 'The crane returns.']));
    await world.deliver(removal);
    expect(await world.ask(acme, 'crane')).toEqual(['removed: The crane returns.']);
  });

  it.each([
    ['before its commit', () => ({ index: dyingOnce(world.effects.index, 'write') })],
    [
      'after its commit',
      () => ({
        knowledge: dyingOnce(world.effects.knowledge, 'putAll'),
      }),
    ],
  ])('finishes when it comes again after it died %s', async (point, broken) => {
    const name = point.replaceAll(' ', '');
    const messages = await messagesOf([name, `The ${name} ibis.`]);
    const effects = { ...world.effects, ...broken() };
    await expect(world.deliver(messages, 1, effects)).rejects.toThrow('the process died');
    expect(await stateOf(name)).toEqual({ state: 'pending' });
    await world.deliver(messages, 2, effects);
    expect(await world.ask(acme, name)).toEqual([`${name}: The ${name} ibis.`]);
    expect(await stateOf(name)).toEqual({ state: 'completed' });
  });

  it.each([
    ['gone', undefined, 'gone'],
    ['cut', '[{"text":', 'can not be read'],
    ['other', '[1]', 'can not be read'],
  ])(
    'marks the documents failed whose stored text is %s, and writes the others',
    async (name, stored, reason) => {
      const spoilt = await messagesOf([name, `The egret ${name} hides.`]);
      const good = await messagesOf([`${name}-good`, `The egret ${name} shows.`]);
      const [message] = spoilt;
      const key = submissionKey(acme, (message && 'submission' in message && message.submission) || never());
      if (stored === undefined) await world.effects.documents.delete(key);
      else await world.effects.documents.put(key, stored, 'application/json');
      await world.deliver([...spoilt, ...good]);
      expect(await stateOf(name)).toEqual({ state: 'failed', reason: expect.stringContaining(reason) });
      expect(await world.ask(acme, name)).toEqual([`${name}-good: The egret ${name} shows.`]);
      await world.deliver(await messagesOf([name, `The egret ${name} hides.`]));
      expect(await stateOf(name)).toEqual({ state: 'completed' });
      expect(await world.ask(acme, name)).toHaveLength(2);
    },
  );

  it('marks the one document failed that is damaged in what was stored for several', async () => {
    const messages = await messagesOf(['dented', 'The egret dents.'], ['undented', 'The egret mends.']);
    const [message] = messages;
    const key = submissionKey(acme, (message && 'submission' in message && message.submission) || never());
    const stored = Buffer.from((await world.effects.documents.get(key)) ?? never()).toString('utf8');
    const damaged = stored.replace('"id":"dented","url":', '"id":"dented","uri":');
    await world.effects.documents.put(key, damaged, 'application/json');
    await world.deliver(messages);
    const reason = 'its stored text can not be read: learn it again';
    expect(await stateOf('dented')).toEqual({ state: 'failed', reason });
    expect(await stateOf('undented')).toEqual({ state: 'completed' });
  });

  it('gives up a document that the index refuses on its third delivery, not before, and only that one', async () => {
    const messages = await messagesOf(['refused', 'The rail calls.'], ['taken', 'The rail answers.']);
    const { index } = world.effects;
    const effects = {
      ...world.effects,
      index: {
        ...index,
        write: async (...[workspace, change]: Parameters<typeof index.write>) => {
          if (change.put.some(({ id }) => id === 'refused')) throw new Error('no such encoding');
          await index.write(workspace, change);
        },
      },
    };
    for (const delivery of [1, 2]) {
      await expect(world.deliver(messages, delivery, effects)).rejects.toThrow('no such encoding');
      expect(await stateOf('taken')).toEqual({ state: 'pending' });
    }
    await world.deliver(messages, 3, effects);
    expect(await stateOf('refused')).toEqual({ state: 'failed', reason: 'Error: no such encoding' });
    expect(await world.ask(acme, 'rail')).toEqual(['taken: The rail answers.']);
  });

  it('drops what is no index message and goes on', async () => {
    const messages = await messagesOf(['after-garbage', 'The coot swims.']);
    await world.deliver(['garbage', null, { kind: 'put' }, { kind: 'sweep', workspace: acme }, ...messages]);
    expect(await world.ask(acme, 'coot')).toHaveLength(1);
  });

  it('keeps workspaces and modes apart, also with the same document ids', async () => {
    await submitDocuments(acme, [page('shared', 'The rook of Acme.')], world.effects);
    await submitDocuments(globex, [page('shared', 'The rook of Globex.', { modes: [sales] })], world.effects);
    await world.drain();
    expect(await world.ask(acme, 'rook')).toEqual(['shared: The rook of Acme.']);
    expect(await world.ask(globex, 'rook')).toEqual([]);
    expect(await world.ask(globex, 'rook', sales)).toEqual(['shared: The rook of Globex.']);
    await removeDocuments(globex, [id('shared')], world.effects);
    await world.drain();
    expect(await world.ask(acme, 'rook')).toEqual(['shared: The rook of Acme.']);
    expect(await world.ask(globex, 'rook', sales)).toEqual([]);
  });
});

describe('a marker', () => {
  it('is reached once everything before it can be found, not sooner', async () => {
    await submitDocuments(acme, [page('marked', 'The swift sleeps in flight.')], world.effects);
    await requestMarker(acme, 'crawl-1', world.effects);
    const messages = await world.waiting();
    expect(messages.map(({ kind }) => kind)).toEqual(['put', 'marker']);
    expect(await markerReached(acme, 'crawl-1', world.effects)).toBe(false);
    await world.deliver(messages.slice(0, 1));
    expect(await markerReached(acme, 'crawl-1', world.effects)).toBe(false);
    await world.deliver(messages.slice(1));
    expect(await markerReached(acme, 'crawl-1', world.effects)).toBe(true);
    expect(await world.ask(acme, 'swift')).toHaveLength(1);
    expect(await world.effects.index.stats(acme)).toMatchObject({ unindexedChunks: 0 });
  });

  it('is not reached while what is before it can not be written', async () => {
    const messages = await messagesOf(['stuck', 'The shrike waits.']);
    const effects = { ...world.effects, index: dyingOnce(world.effects.index, 'write') };
    const marker: IndexMessage = { kind: 'marker', workspace: acme, marker: 'crawl-2' };
    await expect(world.deliver([...messages, marker], 1, effects)).rejects.toThrow();
    expect(await markerReached(acme, 'crawl-2', world.effects)).toBe(false);
    await world.deliver([...messages, marker], 2, effects);
    expect(await markerReached(acme, 'crawl-2', world.effects)).toBe(true);
  });

  it('is reached although the index could not be optimized, and belongs to its workspace', async () => {
    const effects = {
      ...world.effects,
      index: { ...world.effects.index, optimize: () => Promise.reject(new Error('no')) },
    };
    await world.deliver([{ kind: 'marker', workspace: acme, marker: 'crawl-3' }], 1, effects);
    expect(await markerReached(acme, 'crawl-3', world.effects)).toBe(true);
    expect(await markerReached(globex, 'crawl-3', world.effects)).toBe(false);
  });

  it('is forgotten after a week', async () => {
    await world.deliver([{ kind: 'marker', workspace: acme, marker: 'crawl-4' }]);
    const inDays = (days: number) => ({
      ...world.effects,
      clock: { ...world.effects.clock, now: () => Date.now() + days * 86_400_000 },
    });
    expect(await markerReached(acme, 'crawl-4', inDays(6))).toBe(true);
    expect(await markerReached(acme, 'crawl-4', inDays(8))).toBe(false);
  });
});

type Step =
  | { do: 'submit'; name: string; text: number }
  | { do: 'remove'; name: string }
  | { do: 'deliver'; count: number; die: boolean }
  | { do: 'repeat'; from: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('submit' as const),
        name: fc.constantFrom('a', 'b', 'c'),
        text: fc.nat(3),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('remove' as const), name: fc.constantFrom('a', 'b', 'c') }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('deliver' as const),
        count: fc.integer({ min: 1, max: 4 }),
        die: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), from: fc.nat(10) }) },
  ),
  { minLength: 3, maxLength: 14 },
);

it('ends with exactly the last text of each document, whatever is submitted, removed, repeated and killed', async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(steps, async taken => {
      const workspace = `any-${(runs += 1)}` as WorkspaceId;
      const queue: IndexMessage[] = [];
      const delivered: IndexMessage[] = [];
      const effects = {
        ...world.effects,
        indexQueue: { send: async (message: IndexMessage) => void queue.push(message) },
      };
      const last = new Map<string, string>();
      for (const step of taken) {
        if (step.do === 'submit') {
          const text = `The wren sings song ${step.text}.`;
          await submitDocuments(workspace, [page(step.name, text)], effects);
          last.set(step.name, text);
        } else if (step.do === 'remove') {
          await removeDocuments(workspace, [id(step.name)], effects);
          last.delete(step.name);
        } else if (step.do === 'deliver') {
          const messages = queue.slice(0, step.count);
          const dying = {
            ...effects,
            knowledge: dyingOnce(effects.knowledge, 'putAll'),
          };
          await world.deliver(messages, 1, step.die ? dying : effects).then(
            () => delivered.push(...queue.splice(0, messages.length)),
            () => undefined,
          );
        } else {
          await world.deliver(delivered.slice(step.from), 1, effects);
        }
      }
      await world.deliver(queue, 2, effects);
      const found = await effects.index.search(workspace, { mode: help, text: 'wren', limit: 50 });
      const texts = found.map(({ documentId, text }) => `${documentId}: ${text.split('\n').at(-1)}`).sort();
      expect(texts).toEqual([...last].map(([name, text]) => `${name}: ${text}`).sort());
    }),
    { numRuns: 15 },
  );
}, 120_000);
