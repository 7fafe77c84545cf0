import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IndexStore } from '../../functions/knowledge/index/index-store.ts';
import type { VectorRow } from '../../functions/knowledge/index/vector-store.ts';
import type { ChunkId, DocumentId, ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import type { StoreUnderTest } from './index-store.contract.ts';
import { documentOf, help } from './indexed-document.ts';

const sales = 'sales' as ModeName;
const small = 'aaaa';
const large = 'bbbb';
let workspaces = 0;
const newWorkspace = () => `vectors-${(workspaces += 1)}` as WorkspaceId;

const row = (document: string, position: number, vector: number[], changes: Partial<VectorRow> = {}) => ({
  chunkId: `${document}#${position}` as ChunkId,
  documentId: document as DocumentId,
  version: 'first',
  modes: [help],
  digest: `digest-${document}-${position}`,
  vector: Float32Array.from(vector),
  ...changes,
});

/** What an index store does with vectors, whatever it is made of. */
export function vectorStoreContract(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(`vectors: ${name}`, () => {
    let tested: StoreUnderTest;
    let store: IndexStore;
    beforeAll(async () => {
      tested = await start();
      store = tested.store;
    });
    afterAll(() => tested.stop());

    const nearest = async (
      workspace: WorkspaceId,
      vector: number[],
      { mode = help, embedder = small, from = store, limit = 10 } = {},
    ) =>
      (
        await from.vectors.search(workspace, embedder, { mode, vector: Float32Array.from(vector), limit })
      ).map(({ chunkId }) => chunkId);

    /** A workspace with three chunks in three directions, which answers. */
    async function compass(): Promise<WorkspaceId> {
      const workspace = newWorkspace();
      await store.write(workspace, {
        put: [documentOf('north', ['up', 'higher']), documentOf('east', ['right'])],
        remove: [],
      });
      await store.vectors.write(workspace, small, [
        row('north', 0, [0, 1]),
        row('north', 1, [0.6, 0.8]),
        row('east', 0, [1, 0]),
      ]);
      await store.vectors.completeTable(workspace, small);
      return workspace;
    }

    it('has nothing where nothing was written', async () => {
      const workspace = newWorkspace();
      expect(await nearest(workspace, [1, 0])).toEqual([]);
      expect(await store.vectors.stats(workspace, small)).toEqual({ chunks: 0, embedded: 0, whole: false });
      expect(await store.vectors.compare(workspace, small)).toEqual({ missing: [], surplus: [] });
      expect(await store.vectors.readWork(workspace, ['a#0' as ChunkId])).toEqual([]);
      expect(await store.vectors.readKnown(workspace, small, ['x'])).toEqual(new Map());
      await store.vectors.remove(workspace, small, ['a#0' as ChunkId]);
      await store.vectors.completeTable(workspace, small);
      await store.vectors.optimize(workspace, small);
      expect(await store.vectors.isWhole(workspace, small)).toBe(false);
    });

    it('finds the nearest first, with what a citation needs and the likeness as score', async () => {
      const workspace = await compass();
      expect(await nearest(workspace, [0.1, 1])).toEqual(['north#0', 'north#1', 'east#0']);
      expect(await nearest(workspace, [5, 0.1], { limit: 1 })).toEqual(['east#0']);
      const [hit] = await store.vectors.search(workspace, small, {
        mode: help,
        vector: Float32Array.from([0, 2]),
        limit: 1,
      });
      const [word] = await store.search(workspace, { mode: help, text: 'up', limit: 1 });
      expect(hit).toEqual({ ...word, score: expect.closeTo(1, 5) });
    });

    it('answers when its table is whole, not sooner, also for a reader that came before', async () => {
      const workspace = newWorkspace();
      await store.write(workspace, { put: [documentOf('a', ['one'])], remove: [] });
      await store.vectors.write(workspace, small, [row('a', 0, [1, 0])]);
      for (const from of [store, tested.reader])
        expect(await nearest(workspace, [1, 0], { from })).toEqual([]);
      expect(await store.vectors.stats(workspace, small)).toEqual({ chunks: 1, embedded: 1, whole: false });
      await store.vectors.completeTable(workspace, small);
      expect(await store.vectors.stats(workspace, small)).toEqual({ chunks: 1, embedded: 1, whole: true });
      await expect
        .poll(() => nearest(workspace, [1, 0], { from: tested.reader }), { timeout: 5000 })
        .toEqual(['a#0']);
    });

    it('never shows a chunk that is gone, has changed or is of another mode', async () => {
      const workspace = await compass();
      await store.write(workspace, {
        put: [documentOf('north', ['new words', 'higher'], { version: 'second' })],
        remove: ['east' as DocumentId],
      });
      expect(await nearest(workspace, [1, 1])).toEqual([]);
      expect(await nearest(await compass(), [1, 1], { mode: sales })).toEqual([]);
      const moved = await compass();
      await store.write(moved, { put: [documentOf('east', ['right'], { modes: [sales] })], remove: [] });
      expect(await nearest(moved, [1, 0])).not.toContain('east#0');
    });

    it('keeps modes apart', async () => {
      const workspace = newWorkspace();
      await store.write(workspace, {
        put: [
          documentOf('h', ['help']),
          documentOf('s', ['sales'], { modes: [sales] }),
          documentOf('b', ['both'], { modes: [sales, help] }),
        ],
        remove: [],
      });
      await store.vectors.write(workspace, small, [
        row('h', 0, [1, 0]),
        row('s', 0, [1, 0.1], { modes: [sales] }),
        row('b', 0, [1, 0.2], { modes: [sales, help] }),
      ]);
      await store.vectors.completeTable(workspace, small);
      expect(await nearest(workspace, [1, 0])).toEqual(['h#0', 'b#0']);
      expect(await nearest(workspace, [1, 0], { mode: sales })).toEqual(['s#0', 'b#0']);
      for (const mode of ["x') OR true --", '', 'a b'] as ModeName[])
        await expect(nearest(workspace, [1, 0], { mode })).rejects.toThrow('not a mode name');
    });

    it('keeps workspaces apart', async () => {
      const [one, two] = [await compass(), newWorkspace()];
      await store.write(two, { put: [documentOf('north', ['up'])], remove: [] });
      expect(await nearest(two, [0, 1])).toEqual([]);
      expect(await store.vectors.readKnown(two, small, ['digest-north-0'])).toEqual(new Map());
      await store.vectors.write(two, small, [row('north', 0, [0, 1])]);
      await store.vectors.completeTable(two, small);
      await store.vectors.remove(two, small, ['north#0' as ChunkId, 'east#0' as ChunkId]);
      expect(await nearest(one, [0, 1])).toHaveLength(3);
      await expect(nearest('../acme' as WorkspaceId, [0, 1])).rejects.toThrow('not a workspace id');
    });

    it('tells what is missing and what is too much, by version', async () => {
      const workspace = await compass();
      expect(await store.vectors.compare(workspace, small)).toEqual({ missing: [], surplus: [] });
      expect((await store.vectors.compare(workspace, large)).missing).toHaveLength(3);
      await store.write(workspace, {
        put: [documentOf('north', ['up'], { version: 'second' }), documentOf('west', ['left'])],
        remove: ['east' as DocumentId],
      });
      const { missing, surplus } = await store.vectors.compare(workspace, small);
      expect(missing.toSorted()).toEqual(['north#0', 'west#0']);
      expect(surplus.toSorted()).toEqual(['east#0', 'north#1']);
    });

    it('gives the text to embed, and the vectors that are known for a text', async () => {
      const workspace = newWorkspace();
      const [chunk] = documentOf('guide', ['Refunds take days.']).chunks;
      await store.write(workspace, {
        put: [
          {
            ...documentOf("o'hara", [], { title: 'Guide', modes: [help, sales] }),
            chunks: chunk ? [{ ...chunk, headings: ['Returns', 'Time'] }] : [],
          },
        ],
        remove: [],
      });
      const id = "o'hara#0" as ChunkId;
      expect(await store.vectors.readWork(workspace, [id, 'gone#0' as ChunkId])).toEqual([
        {
          chunkId: id,
          documentId: "o'hara",
          version: 'first',
          modes: [help, sales],
          text: 'Guide\nReturns\nTime\nRefunds take days.',
        },
      ]);
      await store.vectors.write(workspace, small, [row("o'hara", 0, [0.6, 0.8], { digest: "it's" })]);
      const known = await store.vectors.readKnown(workspace, small, ["it's", 'unknown']);
      expect([...known]).toEqual([["it's", Float32Array.from([0.6, 0.8])]]);
    });

    it('keeps a text that has no vector out of every answer, and does not ask for it again', async () => {
      const workspace = await compass();
      await store.write(workspace, { put: [documentOf('odd', ['odd'])], remove: [] });
      await store.vectors.write(workspace, small, [row('odd', 0, [], { vector: undefined })]);
      expect(await store.vectors.compare(workspace, small)).toEqual({ missing: [], surplus: [] });
      expect(await nearest(workspace, [1, 1])).not.toContain('odd#0');
      expect(await store.vectors.readKnown(workspace, small, ['digest-odd-0'])).toEqual(new Map());
    });

    it('writes the same twice as once, also by two writers at once', async () => {
      const workspace = await compass();
      const rows = [row('north', 0, [0, 1]), row('east', 0, [1, 0])];
      await Promise.all([
        store.vectors.write(workspace, small, rows),
        tested.reader.vectors.write(workspace, small, rows),
      ]);
      expect(await nearest(workspace, [0, 1])).toEqual(['north#0', 'north#1', 'east#0']);
      expect((await store.vectors.stats(workspace, small)).embedded).toBe(3);
    });

    it('refuses vectors of other dimensions, written or asked', async () => {
      const workspace = await compass();
      await expect(store.vectors.write(workspace, small, [row('east', 0, [1, 0, 0])])).rejects.toThrow(
        '2 dimensions',
      );
      await expect(nearest(workspace, [1, 0, 0])).rejects.toThrow('2 dimensions');
      await expect(store.vectors.write(workspace, '../x', [row('east', 0, [1])])).rejects.toThrow('space');
    });

    it('goes over to another embedder without mixing the two', async () => {
      const workspace = await compass();
      await store.vectors.write(workspace, large, [row('east', 0, [0, 0, 1])]);
      expect(await nearest(workspace, [0, 1])).toHaveLength(3);
      expect(await nearest(workspace, [0, 0, 1], { embedder: large })).toEqual([]);
      await store.vectors.completeTable(workspace, large);
      expect(await nearest(workspace, [0, 0, 1], { embedder: large })).toEqual(['east#0']);
      expect(await nearest(workspace, [0, 1], { from: tested.reader })).toHaveLength(3);
      for (let times = 0; times < 2; times += 1) await store.vectors.dropTable(workspace, small);
      expect(await nearest(workspace, [0, 1], { from: tested.reader })).toEqual([]);
      expect(await store.vectors.stats(workspace, small)).toMatchObject({ embedded: 0, whole: false });
      expect(await store.search(workspace, { mode: help, text: 'up', limit: 5 })).toHaveLength(1);
    });
  });
}
