import type { Table } from '@lancedb/lancedb';
import type { Schema } from 'apache-arrow';
import * as z from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { ChunkId } from '../../platform/ids.ts';
import type { Hit } from './hit.ts';
import { hasIndex, type LanceDatabases, loadLance, type TableKind } from './lance-database.ts';
import { hitsOf, inMode, lexicalTable, quoted, toWork, withIds, workColumns } from './lance-rows.ts';
import type { VectorRow, VectorStore } from './vector-store.ts';

const timeoutMs = 10_000;
const writeTimeoutMs = 60_000;
/** Versions that a reader may still hold are kept for so long. */
const keepVersionsMs = 10 * 60_000;
/** Below so many rows every vector is compared; above, an index finds the near ones: measured 5 ms among 100,000. */
const indexedFrom = 10_000;
const indexName = 'vector_idx';
/** Without `refine` such an index finds as little as half of what is near. */
const probes = { lists: 20, refine: 10 };
/** Many small pieces, and rows that the index lacks, slow a search down. */
const staleLimits = { fragments: 16, rows: 2000 };

/** A table of vectors answers once it has this index, which it gets when it is whole. */
const readyWith = 'modes_idx';

/** The vectors in LanceDB: beside the table of chunks one table for each embedder. */
export function lanceVectors(databases: LanceDatabases, clock: Clock): VectorStore {
  const optimizeTable = (table: Table) =>
    table.optimize({ cleanupOlderThan: new Date(clock.now() - keepVersionsMs) });
  return {
    async search(workspace, embedder, { mode, vector, limit }) {
      const filter = inMode(mode);
      const wanted = Math.min(Math.max(limit, 1), 200);
      const near = await databases.reading(workspace, kindOf(embedder), [], async table => {
        checkDimensions(await dimensionsOf(table), vector.length);
        const rows: unknown[] = await table
          .query()
          .nearestTo(vector)
          .distanceType('cosine')
          .nprobes(probes.lists)
          .refineFactor(probes.refine)
          .where(`usable AND ${filter}`)
          .select(['id', 'version', '_distance'])
          // Some of them may be of chunks that are gone.
          .limit(wanted + 20)
          .toArray({ timeoutMs });
        return z.array(nearSchema).parse(rows.map(row => Object.assign({}, row)));
      });
      if (near.length === 0) return [];
      const hits = await databases.reading(workspace, lexicalTable, [], table =>
        hitsOf(
          table,
          near.map(({ id }) => id),
          filter,
          timeoutMs,
        ),
      );
      const byId = new Map<string, Hit>(hits.map(hit => [hit.chunkId, hit]));
      return near
        .flatMap(({ id, version, _distance }) => {
          const hit = byId.get(id);
          return hit?.version === version ? { ...hit, score: 1 - _distance } : [];
        })
        .slice(0, wanted);
    },

    isWhole: (workspace, embedder) => databases.reading(workspace, kindOf(embedder), false, async () => true),

    async stats(workspace, embedder) {
      const kind = kindOf(embedder);
      const count = (table: Table) => table.countRows();
      const [chunks, embedded, whole] = await Promise.all([
        databases.reading(workspace, lexicalTable, 0, count),
        databases.scanning(workspace, kind.name, 0, count),
        databases.reading(workspace, kind, false, async () => true),
      ]);
      return { chunks, embedded, whole };
    },

    check: (workspace, embedder) =>
      databases.inspecting(workspace, kindOf(embedder).name, async table => {
        // The statistics look at the end of every file; the rows at three columns of all of them.
        await table.stats();
        for (const { name } of await table.listIndices()) await table.indexStats(name);
        await table.query().select(['id', 'version', 'usable']).toArray({ timeoutMs });
      }),

    async compare(workspace, embedder) {
      const [wanted, there] = await Promise.all([
        databases.scanning(workspace, lexicalTable.name, new Map<string, string>(), versions),
        databases.scanning(workspace, kindOf(embedder).name, new Map<string, string>(), versions),
      ]);
      const missing = [...wanted].flatMap(([id, version]) => (there.get(id) === version ? [] : id));
      const surplus = [...there.keys()].filter(id => !wanted.has(id));
      return { missing: missing as ChunkId[], surplus: surplus as ChunkId[] };
    },

    async readWork(workspace, chunks) {
      if (chunks.length === 0) return [];
      return databases.scanning(workspace, lexicalTable.name, [], async table => {
        const rows: unknown[] = await table
          .query()
          .where(withIds(chunks))
          .select(workColumns)
          .toArray({ timeoutMs });
        return rows.map(toWork);
      });
    },

    async readKnown(workspace, embedder, digests) {
      const known = new Map<string, Float32Array>();
      if (digests.length === 0) return known;
      return databases.scanning(workspace, kindOf(embedder).name, known, async table => {
        const rows = table
          .query()
          .where(`usable AND digest IN (${digests.map(quoted).join(', ')})`)
          .select(['digest', 'vector']);
        for (const row of await rows.toArray({ timeoutMs })) {
          const { digest, vector } = knownSchema.parse(Object.assign({}, row));
          known.set(digest, Float32Array.from(vector));
        }
        return known;
      });
    },

    async write(workspace, embedder, rows) {
      if (rows.length === 0) return;
      const dimensions = rows.find(({ vector }) => vector)?.vector?.length;
      const kind = kindOf(embedder, dimensions);
      await databases.writing(workspace, kind, async table => {
        const expected = await dimensionsOf(table);
        for (const { vector } of rows) if (vector) checkDimensions(expected, vector.length);
        await table
          .mergeInsert('id')
          .whenMatchedUpdateAll()
          .whenNotMatchedInsertAll()
          .execute(
            rows.map(row => toRow(row, expected)),
            { timeoutMs: writeTimeoutMs },
          );
      });
    },

    async remove(workspace, embedder, chunks) {
      if (chunks.length === 0) return;
      const kind = kindOf(embedder);
      if (await databases.scanning(workspace, kind.name, false, async () => true))
        await databases.writing(workspace, kind, table => table.delete(withIds(chunks)));
    },

    async completeTable(workspace, embedder) {
      const kind = kindOf(embedder);
      if (!(await databases.scanning(workspace, kind.name, false, async () => true))) return;
      const { Index } = await loadLance();
      await databases.writing(workspace, kind, async table => {
        if (!(await hasIndex(table, readyWith)))
          await table.createIndex('modes', { config: Index.labelList() });
      });
    },

    dropTable: (workspace, embedder) => databases.drop(workspace, kindOf(embedder).name),

    async optimize(workspace, embedder) {
      const kind = kindOf(embedder);
      if (!(await databases.scanning(workspace, kind.name, false, async () => true))) return;
      const { Index } = await loadLance();
      await databases.writing(workspace, kind, async table => {
        const [{ numRows, fragmentStats }, indexes] = await Promise.all([table.stats(), table.listIndices()]);
        const nearest = indexes.find(({ name }) => name === indexName);
        if (!nearest && numRows >= indexedFrom)
          await table.createIndex('vector', { config: Index.ivfPq({ distanceType: 'cosine' }) });
        const behind = indexes.some(({ numUnindexedRows = 0 }) => numUnindexedRows > staleLimits.rows);
        if (behind || fragmentStats.numFragments > staleLimits.fragments) await optimizeTable(table);
      });
    },
  };
}

const nearSchema = z.object({ id: z.string(), version: z.string(), _distance: z.number() });
const knownSchema = z.object({
  digest: z.string(),
  vector: z.custom<Iterable<number>>(value => typeof value === 'object' && value !== null),
});

/** Without dimensions: of a table that is there. */
function kindOf(embedder: string, dimensions?: number): TableKind {
  if (!/^[a-z0-9]{1,64}$/.test(embedder))
    throw new Error(`not the name of an embedder's space: ${JSON.stringify(embedder.slice(0, 80))}`);
  return { name: `vectors_${embedder}`, readyWith, schema: () => vectorSchema(dimensions) };
}

async function vectorSchema(dimensions: number | undefined): Promise<Schema> {
  if (dimensions === undefined) throw new Error('the first vectors of a table tell its dimensions');
  const { Bool, Field, FixedSizeList, Float32, List, Schema, Utf8 } = await import('apache-arrow');
  const text = (name: string, metadata?: Map<string, string>) => new Field(name, new Utf8(), false, metadata);
  return new Schema([
    text('id', new Map([['lance-schema:unenforced-primary-key', 'true']])),
    text('document'),
    text('version'),
    text('digest'),
    new Field('modes', new List(new Field('item', new Utf8(), true)), false),
    new Field('usable', new Bool(), false),
    new Field('vector', new FixedSizeList(dimensions, new Field('item', new Float32(), true)), true),
  ]);
}

const toRow = (row: VectorRow, dimensions: number) => ({
  id: row.chunkId,
  document: row.documentId,
  version: row.version,
  digest: row.digest,
  modes: [...row.modes],
  usable: row.vector !== undefined,
  vector: row.vector ?? new Float32Array(dimensions),
});

const listType = z.object({ listSize: z.int() });

async function dimensionsOf(table: Table): Promise<number> {
  const { fields } = await table.schema();
  return listType.parse(fields.find(({ name }) => name === 'vector')?.type).listSize;
}

/** LanceDB takes vectors of other dimensions without a word. */
function checkDimensions(expected: number, found: number): void {
  if (found !== expected)
    throw new Error(`the table's vectors have ${expected} dimensions, this one has ${found}`);
}

async function versions(table: Table): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const batch of table.query().select(['id', 'version'])) {
    const [ids, held] = [batch.getChild('id'), batch.getChild('version')];
    for (let at = 0; at < batch.numRows; at += 1) found.set(String(ids?.get(at)), String(held?.get(at)));
  }
  return found;
}
