import { isAbsolute } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import type { IndexStore } from './index-store.ts';
import type { LanceIndexOptions } from './lance-database.ts';

/** Pinned in package.json; a test compares. Kept here so that asking for it does not load the library. */
const lanceVersion = '0.31.0';

/**
 * The index in LanceDB: one database directory a workspace below `uri`, an absolute path or `s3://bucket/prefix`. Its
 * code, and with it the native library (about 0.2 s), is loaded on first use: most requests of a cold function ask no
 * question. Throws for another address.
 */
export function createLanceIndex(uri: string, clock: Clock, options: LanceIndexOptions): IndexStore {
  if (!isAbsolute(uri) && !/^s3:\/\/[^/]/.test(uri))
    throw new Error(`the index needs an absolute path or an s3:// address, not ${JSON.stringify(uri)}`);
  let opened: Promise<Omit<IndexStore, 'name'>> | undefined;
  const index = () =>
    (opened ??= import('./lance-chunks.ts').then(({ openLanceIndex }) =>
      openLanceIndex(uri, clock, options),
    ));
  const vectors = async () => (await index()).vectors;
  return {
    name: `lancedb ${lanceVersion}`,
    write: async (...change) => (await index()).write(...change),
    search: async (...query) => (await index()).search(...query),
    read: async (...reading) => (await index()).read(...reading),
    sample: async (...sampling) => (await index()).sample(...sampling),
    optimize: async workspace => (await index()).optimize(workspace),
    stats: async workspace => (await index()).stats(workspace),
    isThere: async workspace => (await index()).isThere(workspace),
    check: async workspace => (await index()).check(workspace),
    beginAnew: async workspace => (await index()).beginAnew(workspace),
    vectors: {
      search: async (...query) => (await vectors()).search(...query),
      isWhole: async (...table) => (await vectors()).isWhole(...table),
      stats: async (...table) => (await vectors()).stats(...table),
      check: async (...table) => (await vectors()).check(...table),
      compare: async (...table) => (await vectors()).compare(...table),
      readWork: async (...chunks) => (await vectors()).readWork(...chunks),
      readKnown: async (...texts) => (await vectors()).readKnown(...texts),
      write: async (...rows) => (await vectors()).write(...rows),
      remove: async (...chunks) => (await vectors()).remove(...chunks),
      completeTable: async (...table) => (await vectors()).completeTable(...table),
      dropTable: async (...table) => (await vectors()).dropTable(...table),
      optimize: async (...table) => (await vectors()).optimize(...table),
    },
    close: async () => (await opened)?.close(),
  };
}
