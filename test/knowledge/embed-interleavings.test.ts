import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { receiveEmbed } from '../../functions/knowledge/embedding/embed-index.ts';
import type { IndexMessage } from '../../functions/knowledge/documents/messages.ts';
import { removeDocuments, submitDocuments } from '../../functions/knowledge/documents/submit.ts';
import { retrieve } from '../../functions/knowledge/retrieval/retrieve.ts';
import type { VectorStore } from '../../functions/knowledge/index/vector-store.ts';
import type { WorkspaceId } from '../../functions/platform/ids.ts';
import {
  dyingVectors,
  type EmbeddingWorld,
  type Model,
  type QueuedEmbed,
  startEmbedding,
} from './embedding-world.ts';
import { help, id, page } from './knowledge-world.ts';

let world: EmbeddingWorld;
beforeAll(async () => {
  world = await startEmbedding();
}, 60_000);
afterAll(() => world.stop());

type Death = { method: keyof VectorStore; when: 'before' | 'after' };
type Step =
  | { do: 'submit'; name: string; text: number }
  | { do: 'remove'; name: string }
  | { do: 'index' }
  | { do: 'embed'; die: Death | undefined; again: boolean }
  | { do: 'deploy'; model: Model }
  | { do: 'fail'; status: number };

const names = fc.constantFrom('a', 'b', 'c');
const death = fc.record({
  method: fc.constantFrom<keyof VectorStore>(
    'compare',
    'readKnown',
    'write',
    'remove',
    'completeTable',
    'dropTable',
  ),
  when: fc.constantFrom('before' as const, 'after' as const),
});
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('submit' as const), name: names, text: fc.nat(3) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), name: names }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('index' as const) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('embed' as const),
        die: fc.option(death, { nil: undefined }),
        again: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('deploy' as const),
        model: fc.constantFrom<Model>('text-embedding-3-small', 'text-embedding-3-large'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('fail' as const), status: fc.constantFrom(429, 500, 401) }),
    },
  ),
  { minLength: 4, maxLength: 16 },
);

it('ends with the vectors of exactly the last texts, whatever is learned, removed, killed, refused and repeated', async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(steps, async taken => {
      const workspace = `any-${(runs += 1)}` as WorkspaceId;
      const indexQueue: IndexMessage[] = [];
      const changes = {
        indexQueue: { send: async (message: IndexMessage) => void indexQueue.push(message) },
      };
      const last = new Map<string, string>();
      const constant = id('constant');
      world.queued.length = 0;
      world.fake.reset();
      let effects = world.using('text-embedding-3-small', changes);

      const index = async () => world.deliver(indexQueue.splice(0), 1, effects);
      /** The function as the queue runs it: what throws comes again. */
      const embed = async ({ message }: QueuedEmbed, die: Death | undefined) => {
        const dying = die ? { ...effects, ...dyingVectors(effects, die.method, die.when) } : effects;
        await receiveEmbed(message, dying).catch((error: Error) => {
          expect(error.message).toBe('the process died');
          world.queued.push({ message, delaySeconds: undefined });
        });
      };
      const texts = async (search: Promise<readonly { documentId: string; text: string }[]>) =>
        (await search)
          .filter(({ documentId }) => documentId !== constant)
          .map(({ documentId, text }) => `${documentId}: ${text.split('\n').at(-1)}`)
          .sort();
      const byWords = () => texts(effects.index.search(workspace, { mode: help, text: 'wren', limit: 50 }));
      const byMeaning = async () => {
        const embedder = await effects.embedders.choose();
        const [vector] = (await embedder?.embed(['wren'], { withinMs: 20_000 })) ?? [];
        if (!embedder || !vector) throw new Error('there is an embedder');
        return texts(
          effects.index.vectors.search(workspace, embedder.space, { mode: help, vector, limit: 50 }),
        );
      };

      // Learned before all else and never touched: whichever embedder is deployed, it is found by meaning.
      await submitDocuments(workspace, [page(constant, 'The automobile stands still.')], effects);
      await index();
      await world.embed(effects);
      const steady = taken.every(step => step.do !== 'fail');
      const found = async () =>
        (await retrieve(workspace, { mode: help, question: 'vehicle' }, effects)).passages.map(
          ({ documentId }) => documentId,
        );

      for (const step of taken) {
        if (step.do === 'submit') {
          const text = `The wren sings song ${step.text}.`;
          await submitDocuments(workspace, [page(step.name, text)], effects);
          last.set(step.name, text);
        } else if (step.do === 'remove') {
          await removeDocuments(workspace, [id(step.name)], effects);
          last.delete(step.name);
        } else if (step.do === 'index') {
          await index();
        } else if (step.do === 'deploy') {
          effects = world.using(step.model, changes);
        } else if (step.do === 'fail') {
          world.fake.next({ do: 'refuse', status: step.status });
        } else {
          const next = world.queued.shift();
          if (next) await embed(next, step.die);
          if (next && step.again) await embed(next, undefined);
        }
        if (steady) expect(await found()).toContain(constant);
        // Meaning never shows what words do not: nothing old, nothing removed.
        const shown = await byWords();
        expect((await byMeaning().catch(() => [])).filter(text => !shown.includes(text))).toEqual([]);
      }
      await index();
      world.fake.reset();
      effects = world.using('text-embedding-3-large', changes);
      world.queued.push({ message: { workspace, failures: 0 }, delaySeconds: undefined });
      await world.embed(effects);
      const expected = [...last].map(([name, text]) => `${name}: ${text}`).sort();
      expect(await byWords()).toEqual(expected);
      expect(await byMeaning()).toEqual(expected);
      expect(await found()).toContain(constant);
      expect(world.fake.complaints).toEqual([]);
    }),
    { numRuns: 15 },
  );
}, 300_000);
