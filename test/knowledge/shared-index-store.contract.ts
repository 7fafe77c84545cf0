import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IndexedDocument } from '../../functions/knowledge/index/index-store.ts';
import type { WorkspaceId } from '../../functions/platform/ids.ts';
import type { StoreUnderTest } from './index-store.contract.ts';
import { documentOf, help } from './indexed-document.ts';

let workspaces = 0;
const newWorkspace = () => `shared-${(workspaces += 1)}` as WorkspaceId;

/** What every index store promises to those that read and write it at the same time. */
export function sharedIndexStoreContract(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(`index store used by several: ${name}`, () => {
    let tested: StoreUnderTest;
    beforeAll(async () => {
      tested = await start();
    });
    afterAll(() => tested.stop());

    const found = async (workspace: WorkspaceId, from = tested.store) =>
      (await from.search(workspace, { mode: help, text: 'refund', limit: 10 })).map(
        ({ documentId, version, text }) => [documentId, version, text].join('|'),
      );

    const put = (workspace: WorkspaceId, ...documents: IndexedDocument[]) =>
      tested.store.write(workspace, { put: documents, remove: [] });

    it('shows another reader every commit, and never a gap or a double, while it is written', async () => {
      const workspace = newWorkspace();
      await put(workspace, documentOf('a', ['refund 1 first', 'refund 1 second']));
      const writing = new AbortController();
      const problems: string[] = [];
      const read = async () => {
        while (!writing.signal.aborted) {
          const hits = await tested.reader.search(workspace, { mode: help, text: 'refund', limit: 50 });
          const versions = new Set(hits.map(({ version }) => version));
          if (hits.length !== 2 || versions.size !== 1)
            problems.push(`${hits.length} of ${[...versions].join()}`);
        }
      };
      const readers = [read(), read()];
      for (let version = 2; version <= 12; version += 1) {
        await put(
          workspace,
          documentOf('a', [`refund ${version} first`, `refund ${version} second`], { version: `${version}` }),
        );
        if (version % 5 === 0) await tested.store.optimize(workspace);
      }
      writing.abort();
      await Promise.all(readers);
      expect(problems).toEqual([]);
      await expect
        .poll(() => found(workspace, tested.reader), { timeout: 5000 })
        .toContain('a|12|refund 12 first');
    });

    it('shows a reader that came first what is written later', async () => {
      const workspace = newWorkspace();
      expect(await found(workspace, tested.reader)).toEqual([]);
      await put(workspace, documentOf('a', ['refund a']));
      await expect
        .poll(() => found(workspace, tested.reader), { timeout: 5000 })
        .toEqual(['a|first|refund a']);
    });

    it('leaves nothing twice when two writers put the same documents at once', async () => {
      const workspace = newWorkspace();
      await put(workspace, documentOf('seed', ['seed']));
      const documents = Array.from({ length: 5 }, (_, index) => documentOf(`d${index}`, [`refund ${index}`]));
      await Promise.all([
        tested.store.write(workspace, { put: documents, remove: [] }),
        delay(1).then(() => tested.reader.write(workspace, { put: documents, remove: [] })),
      ]);
      expect((await found(workspace)).sort()).toEqual(
        documents.map(({ id }, index) => `${id}|first|refund ${index}`),
      );
    });
  });
}
