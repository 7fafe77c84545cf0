import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IndexedDocument, IndexStore } from '../../functions/knowledge/index/index-store.ts';
import type { DocumentId, ModeName, SubmissionId, WorkspaceId } from '../../functions/platform/ids.ts';
import { documentOf, help } from './indexed-document.ts';

export interface StoreUnderTest {
  readonly store: IndexStore;
  /** A second one over the same data, as another process would have it. */
  readonly reader: IndexStore;
  stop(): Promise<void>;
}

const sales = 'sales' as ModeName;
let workspaces = 0;
const newWorkspace = () => `acme-${(workspaces += 1)}` as WorkspaceId;

const often = (id: string) => documentOf(id, ['refund '.repeat(20) + id, `refund and refund of ${id}`]);

/** What every index store does, whatever it is made of. */
export function indexStoreContract(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(`index store: ${name}`, () => {
    let tested: StoreUnderTest;
    let store: IndexStore;
    beforeAll(async () => {
      tested = await start();
      store = tested.store;
    });
    afterAll(() => tested.stop());

    const found = async (workspace: WorkspaceId, text: string, mode = help, from = store) =>
      (await from.search(workspace, { mode, text, limit: 10 })).map(({ documentId, version, text }) =>
        [documentId, version, text].join('|'),
      );
    const put = (workspace: WorkspaceId, ...documents: IndexedDocument[]) =>
      store.write(workspace, { put: documents, remove: [] });

    it('finds nothing in a workspace that has nothing', async () => {
      const workspace = newWorkspace();
      expect(await found(workspace, 'refund')).toEqual([]);
      expect(await store.stats(workspace)).toMatchObject({ chunks: 0 });
      await store.optimize(workspace);
      await store.write(workspace, { put: [], remove: ['gone' as DocumentId] });
      expect(await found(workspace, 'refund')).toEqual([]);
    });

    it('gives back what a citation needs', async () => {
      const workspace = newWorkspace();
      await put(workspace, {
        ...documentOf('guide', []),
        title: 'Returns guide',
        chunks: [
          {
            position: 0,
            text: 'Refunds take “five” days.',
            start: 7,
            end: 32,
            headings: ['Returns', 'How long'],
            anchor: 'how-long',
            page: 3,
          },
        ],
      });
      const [hit] = await store.search(workspace, { mode: help, text: 'refund', limit: 5 });
      expect(hit).toEqual({
        chunkId: 'guide#0',
        documentId: 'guide',
        version: 'first' as SubmissionId,
        url: 'https://example.com/guide',
        title: 'Returns guide',
        text: 'Refunds take “five” days.',
        start: 7,
        end: 32,
        headings: ['Returns', 'How long'],
        anchor: 'how-long',
        page: 3,
        score: expect.any(Number),
      });
    });

    it('ranks the passage with more and rarer words of the question first, and bounds the hits', async () => {
      const workspace = newWorkspace();
      await put(
        workspace,
        documentOf('a', ['The warehouse opens at nine.', 'Parcels leave the warehouse by noon.']),
        documentOf('b', ['Parcels with batteries leave the warehouse on Fridays.']),
      );
      const hits = await store.search(workspace, {
        mode: help,
        text: 'When do batteries leave the warehouse?',
        limit: 2,
      });
      expect(hits.map(({ documentId }) => documentId)).toEqual(['b', 'a']);
      expect(hits[0]?.score).toBeGreaterThan(hits[1]?.score ?? Number.NaN);
    });

    it("finds a passage by its document's title, by other forms of a word, and without accents", async () => {
      const workspace = newWorkspace();
      await put(
        workspace,
        documentOf('a', ['Bookings of the café terrace close early.'], { title: 'Opening hours' }),
      );
      for (const question of ['opening', 'booking', 'booked cafe'])
        expect(await found(workspace, question)).toHaveLength(1);
    });

    it('finds words inside scripts written without spaces', async () => {
      const workspace = newWorkspace();
      await put(
        workspace,
        documentOf('ja', ['返品は三十日以内に受け付けます。']),
        documentOf('zh', ['我们的退款政策']),
      );
      expect(await found(workspace, '返品')).toHaveLength(1);
      expect(await found(workspace, '退款政策是什么')).toHaveLength(1);
      expect(await found(workspace, '営業時間')).toEqual([]);
    });

    it.each([
      '"unbalanced AND (refund OR',
      "'; DROP TABLE lexical; --",
      'refund~2^3 +must -not [a TO z] {x} \\ / * ? :',
      '😀 🧾',
      '退款',
      '',
      '   \n',
      '\u0000\ud800refund',
      '%_[]',
      'refund '.repeat(50_000),
      Array.from({ length: 5000 }, (_, index) => `word${index}`).join(' '),
      'x'.repeat(100_000),
    ])('never fails for what a question says (%#)', async question => {
      const workspace = 'odd-questions' as WorkspaceId;
      await put(workspace, documentOf('a', ['A refund takes five days.']));
      const hits = await found(workspace, question);
      expect(hits).toHaveLength(/refund/.test(question) ? 1 : 0);
    });

    it('replaces a document whole: no old passage stays, none comes twice', async () => {
      const workspace = newWorkspace();
      await put(
        workspace,
        documentOf('a', ['refund one', 'refund two', 'refund three']),
        documentOf('b', ['refund b']),
      );
      await put(workspace, documentOf('a', ['refund four', 'refund five'], { version: 'second' }));
      await put(workspace, documentOf('a', ['refund four', 'refund five'], { version: 'second' }));
      expect((await found(workspace, 'refund')).sort()).toEqual([
        'a|second|refund five',
        'a|second|refund four',
        'b|first|refund b',
      ]);
      await put(workspace, documentOf('a', [], { version: 'third' }));
      expect(await found(workspace, 'refund')).toEqual(['b|first|refund b']);
    });

    it('removes in the same commit in which it puts', async () => {
      const workspace = newWorkspace();
      await put(workspace, documentOf('a', ['refund a']), documentOf("o'hara", ['refund o']));
      await store.write(workspace, {
        put: [documentOf('c', ['refund c'])],
        remove: ["o'hara" as DocumentId],
      });
      expect((await found(workspace, 'refund')).sort()).toEqual(['a|first|refund a', 'c|first|refund c']);
      await store.write(workspace, { put: [], remove: ['a' as DocumentId, 'c' as DocumentId] });
      expect(await found(workspace, 'refund')).toEqual([]);
    });

    it('finds every passage of a small workspace at once, however often it says its words', async () => {
      const workspace = newWorkspace();
      for (const id of ['a', 'b', 'c']) {
        await put(workspace, often(id));
        expect(await found(workspace, `refund ${id}`)).toContain(`${id}|first|refund and refund of ${id}`);
      }
      await store.write(workspace, { put: [often('d')], remove: ['a', 'b', 'c'] as DocumentId[] });
      expect(await found(workspace, 'refund')).toHaveLength(2);
    });

    it('keeps the same after it was optimized', async () => {
      const workspace = newWorkspace();
      await put(workspace, documentOf('a', ['refund one']));
      await put(
        workspace,
        documentOf('a', ['refund two'], { version: 'second' }),
        documentOf('b', ['refund b']),
      );
      await store.optimize(workspace);
      expect(await store.stats(workspace)).toMatchObject({ chunks: 2, unindexedChunks: 0 });
      await put(workspace, documentOf('b', ['refund c'], { version: 'second' }));
      await store.optimize(workspace);
      expect((await found(workspace, 'refund')).sort()).toEqual(['a|second|refund two', 'b|second|refund c']);
    });

    it('keeps modes apart', async () => {
      const workspace = newWorkspace();
      await put(
        workspace,
        documentOf('h', ['refund for help'], { modes: [help] }),
        documentOf('s', ['refund for sales'], { modes: [sales] }),
        documentOf('both', ['refund for both'], { modes: [sales, help] }),
        documentOf('none', ['refund for none'], { modes: [] }),
      );
      expect((await found(workspace, 'refund')).sort()).toEqual([
        'both|first|refund for both',
        'h|first|refund for help',
      ]);
      expect((await found(workspace, 'refund', sales)).sort()).toEqual([
        'both|first|refund for both',
        's|first|refund for sales',
      ]);
      expect(await found(workspace, 'refund', 'hel' as ModeName)).toEqual([]);
    });

    it('reads documents in the order named, each from its beginning, of one mode alone', async () => {
      const workspace = newWorkspace();
      const many = Array.from({ length: 12 }, (_, index) => `line ${index}`);
      await put(
        workspace,
        documentOf('long', many),
        documentOf("o'hara", ['first of o', 'second of o']),
        documentOf('sold', ['for sales'], { modes: [sales] }),
      );
      const read = async (documents: string[], limit: number) =>
        (await store.read(workspace, { mode: help, documents: documents as DocumentId[], limit })).map(
          ({ text }) => text,
        );
      expect(await read(["o'hara", 'sold', 'unknown', 'long'], 200)).toEqual([
        'first of o',
        'second of o',
        ...many,
      ]);
      expect(await read(['long', "o'hara"], 3)).toEqual(many.slice(0, 3));
      expect(await read([], 3)).toEqual([]);
      expect(
        await store.read(newWorkspace(), { mode: help, documents: ['long' as DocumentId], limit: 3 }),
      ).toEqual([]);
    });

    it('keeps workspaces apart, also where their documents have the same ids', async () => {
      const [one, two] = [newWorkspace(), newWorkspace()];
      await put(one, documentOf('home', ['refund of one']));
      await put(two, documentOf('home', ['refund of two']));
      await store.write(two, { put: [], remove: ['other' as DocumentId] });
      expect(await found(one, 'refund')).toEqual(['home|first|refund of one']);
      expect(await found(two, 'refund')).toEqual(['home|first|refund of two']);
      await store.write(two, { put: [], remove: ['home' as DocumentId] });
      expect(await found(one, 'refund')).toEqual(['home|first|refund of one']);
    });

    it.each(['', '..', '../acme', 'a/b', 'a\\b', '.', 'a b', 'a\0', 'x'.repeat(200)])(
      'refuses the workspace id %j',
      async workspace => {
        await expect(
          store.search(workspace as WorkspaceId, { mode: help, text: 'a', limit: 1 }),
        ).rejects.toThrow('not a workspace id');
        await expect(put(workspace as WorkspaceId, documentOf('a', ['b']))).rejects.toThrow(
          'not a workspace id',
        );
      },
    );

    it.each(["x') OR true --", "'", '', 'a b', 'a"b'])('refuses the mode name %j', async mode => {
      const workspace = newWorkspace();
      await expect(found(workspace, 'refund', mode as ModeName)).rejects.toThrow('not a mode name');
    });
  });
}
