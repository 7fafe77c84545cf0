import type { Table } from '@lancedb/lancedb';
import type { Clock } from '../../platform/clock.ts';
import { queryTerms } from './analyse.ts';
import type { IndexStore } from './index-store.ts';
import { hasIndex, LanceDatabases, type LanceIndexOptions, loadLance } from './lance-database.ts';
import {
  hitColumns,
  hitsOf,
  inDocuments,
  inMode,
  lexicalTable,
  textIndex,
  toHit,
  toPlace,
  toRows,
} from './lance-rows.ts';
import { lanceVectors } from './lance-vectors.ts';

const searchTimeoutMs = 10_000;
const writeTimeoutMs = 60_000;
/** Versions that a reader may still hold are kept for so long. */
const keepVersionsMs = 10 * 60_000;
/** Tables up to this size are indexed with each write: less than 0.1 s. */
const alwaysCoveredRows = 300;

/** What `lance-index.ts` opens: the tables of the chunks, and beside them those of their vectors. */
export function openLanceIndex(
  uri: string,
  clock: Clock,
  options: LanceIndexOptions,
): Omit<IndexStore, 'name'> {
  const databases = new LanceDatabases(uri, clock, options);
  return {
    async write(workspace, { put, remove }) {
      const ids = [...put.map(({ id }) => id), ...remove];
      if (ids.length === 0) return;
      const rows = put.flatMap(toRows);
      await databases.writing(workspace, lexicalTable, async table => {
        if (rows.length === 0) await table.delete(inDocuments(ids));
        else
          await table
            .mergeInsert('id')
            .whenMatchedUpdateAll()
            .whenNotMatchedInsertAll()
            .whenNotMatchedBySourceDelete({ where: inDocuments(ids) })
            .execute(rows, { timeoutMs: writeTimeoutMs });
      });
      await databases.writing(workspace, lexicalTable, table => coverRows(table, clock.now()));
    },

    async search(workspace, { mode, text, limit }) {
      const terms = queryTerms(text);
      const filter = inMode(mode);
      if (terms.length === 0) return [];
      const { MatchQuery } = await loadLance();
      return databases.reading(workspace, lexicalTable, [], async table => {
        const rows: unknown[] = await table
          .query()
          .fullTextSearch(new MatchQuery(terms.join(' '), 'searchable'))
          .where(filter)
          .select([...hitColumns, '_score'])
          .limit(atMost(limit))
          .toArray({ timeoutMs: searchTimeoutMs });
        return rows.map(toHit);
      });
    },

    async read(workspace, { mode, documents, limit }) {
      const filter = inMode(mode);
      if (documents.length === 0) return [];
      const place = new Map(documents.map((id, at) => [id, at]));
      return databases.reading(workspace, lexicalTable, [], async table => {
        const places: unknown[] = await table
          .query()
          .where(`${filter} AND ${inDocuments(documents)}`)
          .select(['id', 'document', 'start'])
          .toArray({ timeoutMs: searchTimeoutMs });
        const wanted = places
          .map(toPlace)
          .sort((a, b) => (place.get(a.document) ?? 0) - (place.get(b.document) ?? 0) || a.start - b.start)
          .slice(0, Math.max(limit, 1))
          .map(({ id }) => id);
        return hitsOf(table, wanted, filter, searchTimeoutMs);
      });
    },

    async sample(workspace, { mode, limit }) {
      const filter = inMode(mode);
      return databases.reading(workspace, lexicalTable, [], async table => {
        const rows: unknown[] = await table
          .query()
          .where(filter)
          .select(hitColumns)
          .limit(atMost(limit))
          .toArray({ timeoutMs: searchTimeoutMs });
        return rows.map(toHit);
      });
    },

    async optimize(workspace) {
      const there = await databases.reading(workspace, lexicalTable, false, async () => true);
      if (there) await databases.writing(workspace, lexicalTable, table => optimizeTable(table, clock.now()));
    },

    stats: workspace =>
      databases.reading(
        workspace,
        lexicalTable,
        { chunks: 0, unindexedChunks: 0, fragments: 0 },
        async table => {
          const [indexed, { numRows, fragmentStats }] = await Promise.all([
            table.indexStats(textIndex),
            table.stats(),
          ]);
          return {
            chunks: numRows,
            unindexedChunks: indexed?.numUnindexedRows ?? numRows,
            fragments: fragmentStats.numFragments,
          };
        },
      ),

    isThere: async workspace =>
      (await databases.inspecting(workspace, lexicalTable.name, async () => undefined)) !== 'missing',

    check: workspace =>
      databases.inspecting(workspace, lexicalTable.name, async table => {
        // The statistics look at the end of every file; the rows at one column of all of them.
        await table.stats();
        if (await hasIndex(table, textIndex)) await table.indexStats(textIndex);
        await table.query().select(['id']).toArray({ timeoutMs: searchTimeoutMs });
      }),

    async beginAnew(workspace) {
      await databases.erase(workspace);
      await databases.writing(workspace, lexicalTable, table => createIndexes(table));
    },

    vectors: lanceVectors(databases, clock),

    close: () => databases.close(),
  };
}

const atMost = (limit: number) => Math.min(Math.max(limit, 1), 200);

const optimizeTable = (table: Table, now: number) =>
  table.optimize({ cleanupOlderThan: new Date(now - keepVersionsMs) });

/**
 * Rows that no index covers are searched one by one, which serves a large table well. But where the index covers
 * nothing LanceDB 0.31 returns such rows unranked, and in a small table it drops those whose words are frequent.
 */
async function coverRows(table: Table, now: number): Promise<void> {
  if (!(await hasIndex(table, textIndex))) return createIndexes(table);
  const stats = await table.indexStats(textIndex);
  if (!stats || stats.numUnindexedRows === 0) return;
  const rows = stats.numIndexedRows + stats.numUnindexedRows;
  if (stats.numIndexedRows === 0 || rows < alwaysCoveredRows) await optimizeTable(table, now);
}

/** Stemming and stop words are chosen by measurement: docs/decisions/lexical-ranking.md. Positions break `optimize`. */
async function createIndexes(table: Table): Promise<void> {
  const { Index } = await loadLance();
  await table.createIndex('modes', { config: Index.labelList() });
  await table.createIndex('searchable', {
    config: Index.fts({
      withPosition: false,
      baseTokenizer: 'simple',
      language: 'English',
      lowercase: true,
      stem: true,
      removeStopWords: true,
      asciiFolding: true,
    }),
  });
}
