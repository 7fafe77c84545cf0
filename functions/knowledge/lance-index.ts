import { isAbsolute } from 'node:path';
import type { Connection, Session, Table } from '@lancedb/lancedb';
import type { Clock } from '../platform/clock.ts';
import { errorText } from '../platform/errors.ts';
import type { WorkspaceId } from '../platform/ids.ts';
import { queryTerms } from './analyse.ts';
import type { IndexStore } from './index-store.ts';
import { chunkSchema, hitColumns, inDocuments, inMode, tableName, toHit, toRows } from './lance-rows.ts';

export interface LanceIndexOptions {
  /** How old, in seconds, a reader's view of the table may be: 0 looks for a newer version on every search. */
  readonly freshnessSeconds: number;
  /** Of the object store, for an endpoint other than AWS's own. */
  readonly storageOptions?: Record<string, string>;
}

const searchTimeoutMs = 10_000;
const writeTimeoutMs = 60_000;
const writeAttempts = 6;
/** Versions that a reader may still hold are kept for so long. */
const keepVersionsMs = 10 * 60_000;
/** Workspaces whose tables stay open in one process. */
const maxOpen = 64;
/** The name that LanceDB gives the index of the column. */
const textIndex = 'searchable_idx';
/** Tables up to this size are indexed with each write: less than 0.1 s. */
const alwaysCoveredRows = 300;
/** LanceDB's own defaults, 6 GB and 1 GB, are more than a function has. */
const indexCacheBytes = 192n * 1024n * 1024n;
const metadataCacheBytes = 48n * 1024n * 1024n;

/**
 * The index in LanceDB: one database directory a workspace below `uri`, an absolute path or `s3://bucket/prefix`.
 * The native library (about 0.2 s) is loaded on first use.
 */
export function createLanceIndex(uri: string, clock: Clock, options: LanceIndexOptions): IndexStore {
  const base = uri.replace(/\/+$/, '');
  if (!isAbsolute(base) && !/^s3:\/\/[^/]/.test(base))
    throw new Error(`the index needs an absolute path or an s3:// address, not ${JSON.stringify(uri)}`);
  const open = new Map<WorkspaceId, Promise<OpenDatabase>>();
  let session: Session | undefined;

  async function connect(workspace: WorkspaceId): Promise<OpenDatabase> {
    const lancedb = await loadLance();
    session ??= new lancedb.Session(indexCacheBytes, metadataCacheBytes);
    const connection = await lancedb.connect(
      `${base}/${directoryName(workspace)}`,
      {
        readConsistencyInterval: options.freshnessSeconds,
        ...(options.storageOptions ? { storageOptions: options.storageOptions } : {}),
      },
      session,
    );
    return { connection, table: undefined, indexed: false };
  }

  function database(workspace: WorkspaceId): Promise<OpenDatabase> {
    let opened = open.get(workspace);
    if (opened) open.delete(workspace);
    opened ??= connect(workspace);
    open.set(workspace, opened);
    const [oldest] = open.keys();
    if (open.size > maxOpen && oldest !== undefined) forget(oldest);
    opened.catch(() => open.delete(workspace));
    return opened;
  }

  /** Not closed here: a search may be running on it; LanceDB closes what is collected. */
  const forget = (workspace: WorkspaceId) => open.delete(workspace);

  async function tableToWrite(workspace: WorkspaceId): Promise<Table> {
    const opened = await database(workspace);
    return (opened.table ??=
      (await openTable(opened.connection)) ??
      (await opened.connection.createEmptyTable(tableName, await chunkSchema(), { existOk: true })));
  }

  /** The table, once it has its index: until then its first writer is at work and there is nothing to find. */
  async function tableToRead(workspace: WorkspaceId): Promise<Table | undefined> {
    const opened = await database(workspace);
    opened.table ??= await openTable(opened.connection);
    if (opened.table) opened.indexed ||= await hasIndex(opened.table);
    return opened.indexed ? opened.table : undefined;
  }

  /** A handle can outlive its table (a restored or emptied directory): then it is opened again, once. */
  async function reading<T>(workspace: WorkspaceId, none: T, read: (table: Table) => Promise<T>): Promise<T> {
    const attempt = async () => {
      const table = await tableToRead(workspace);
      return table ? read(table) : none;
    };
    try {
      return await attempt();
    } catch {
      forget(workspace);
      return attempt();
    }
  }

  /** Commits are optimistic: another writer's may come first, and then the whole operation is done again, on a fresh handle. */
  async function writing(workspace: WorkspaceId, write: (table: Table) => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await write(await tableToWrite(workspace));
        return;
      } catch (error) {
        forget(workspace);
        if (attempt === writeAttempts || !(isConflict(error) || isMissing(error))) throw error;
        await clock.sleep(50 * 2 ** attempt);
      }
    }
  }

  return {
    name: `lancedb ${lanceVersion}`,

    async write(workspace, { put, remove }) {
      const ids = [...put.map(({ id }) => id), ...remove];
      if (ids.length === 0) return;
      const rows = put.flatMap(toRows);
      await writing(workspace, async table => {
        if (rows.length === 0) await table.delete(inDocuments(ids));
        else
          await table
            .mergeInsert('id')
            .whenMatchedUpdateAll()
            .whenNotMatchedInsertAll()
            .whenNotMatchedBySourceDelete({ where: inDocuments(ids) })
            .execute(rows, { timeoutMs: writeTimeoutMs });
      });
      await writing(workspace, table => coverRows(table, clock.now()));
    },

    async search(workspace, { mode, text, limit }) {
      const terms = queryTerms(text);
      const filter = inMode(mode);
      if (terms.length === 0) return [];
      const { MatchQuery } = await loadLance();
      return reading(workspace, [], async table => {
        const rows: unknown[] = await table
          .query()
          .fullTextSearch(new MatchQuery(terms.join(' '), 'searchable'))
          .where(filter)
          .select(hitColumns)
          .limit(Math.min(Math.max(limit, 1), 200))
          .toArray({ timeoutMs: searchTimeoutMs });
        return rows.map(toHit);
      });
    },

    async optimize(workspace) {
      if (await tableToRead(workspace)) await writing(workspace, table => optimizeTable(table, clock.now()));
    },

    stats: workspace =>
      reading(workspace, { chunks: 0, unindexedChunks: 0, fragments: 0 }, async table => {
        const [indexed, { numRows, fragmentStats }] = await Promise.all([
          table.indexStats(textIndex),
          table.stats(),
        ]);
        return {
          chunks: numRows,
          unindexedChunks: indexed?.numUnindexedRows ?? numRows,
          fragments: fragmentStats.numFragments,
        };
      }),

    async close() {
      const databases = await Promise.allSettled(open.values());
      open.clear();
      for (const settled of databases) {
        if (settled.status === 'rejected') continue;
        settled.value.table?.close();
        settled.value.connection.close();
      }
    },
  };
}

interface OpenDatabase {
  readonly connection: Connection;
  table: Table | undefined;
  /** Known to have its indexes. */
  indexed: boolean;
}

async function openTable(connection: Connection): Promise<Table | undefined> {
  try {
    return await connection.openTable(tableName);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const hasIndex = async (table: Table): Promise<boolean> =>
  (await table.listIndices()).some(({ name }) => name === textIndex);

const optimizeTable = (table: Table, now: number) =>
  table.optimize({ cleanupOlderThan: new Date(now - keepVersionsMs) });

/**
 * Rows that no index covers are searched one by one, which serves a large table well. But where the index covers
 * nothing LanceDB 0.31 returns such rows unranked, and in a small table it drops those whose words are frequent.
 */
async function coverRows(table: Table, now: number): Promise<void> {
  if (!(await hasIndex(table))) return createIndexes(table);
  const stats = await table.indexStats(textIndex);
  if (!stats || stats.numUnindexedRows === 0) return;
  const rows = stats.numIndexedRows + stats.numUnindexedRows;
  if (stats.numIndexedRows === 0 || rows < alwaysCoveredRows) await optimizeTable(table, now);
}

/** Pinned in package.json; a test compares. Kept here so that asking for it does not load the library. */
const lanceVersion = '0.31.0';

/** On two cores building the full-text index deadlocks unless the thread count is set before the library is loaded. */
function loadLance() {
  process.env['LANCE_CPU_THREADS'] ??= '4';
  return import('@lancedb/lancedb');
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

/** Workspace ids become directory names: nothing that could name another directory. */
function directoryName(workspace: WorkspaceId): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(workspace))
    throw new Error(`not a workspace id: ${JSON.stringify(workspace.slice(0, 80))}`);
  return workspace;
}

const isMissing = (error: unknown): boolean => /was not found|not found: /i.test(errorText(error));

const isConflict = (error: unknown): boolean =>
  /commit conflict|concurrent|contention|already exists/i.test(errorText(error));
