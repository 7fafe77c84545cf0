import { rm, stat } from 'node:fs/promises';
import type { Schema } from 'apache-arrow';
import type { Connection, Session, Table } from '@lancedb/lancedb';
import type { Clock } from '../../platform/clock.ts';
import { errorText } from '../../platform/errors.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { type IndexCondition, isDamage, throwAsDamage } from './damage.ts';
import { doubledWait, retry } from '../../platform/retry.ts';

export interface LanceIndexOptions {
  /** How old, in seconds, a reader's view of the table may be: 0 looks for a newer version on every search. */
  readonly freshnessSeconds: number;
  /** Of the object store, for an endpoint other than AWS's own. */
  readonly storageOptions?: Record<string, string>;
}

/** One of the tables that each workspace has. */
export interface TableKind {
  readonly name: string;
  /** The index that the table has once it may be searched. */
  readonly readyWith: string;
  schema(): Promise<Schema>;
}

interface OpenDatabase {
  readonly connection: Connection;
  readonly tables: Map<string, Table>;
  /** Tables that are known to have the index that readers wait for. */
  readonly ready: Set<string>;
}

const writeAttempts = 6;
/** Workspaces whose tables stay open in one process. */
const maxOpen = 64;
/** LanceDB's own defaults, 6 GB and 1 GB, are more than a function has. */
const indexCacheBytes = 192n * 1024n * 1024n;
const metadataCacheBytes = 48n * 1024n * 1024n;

/** The databases below one address: a directory a workspace, opened on first use, with several tables each. */
export class LanceDatabases {
  readonly #base: string;
  readonly #clock: Clock;
  readonly #options: LanceIndexOptions;
  readonly #open = new Map<WorkspaceId, Promise<OpenDatabase>>();
  #session: Session | undefined;

  /** `uri`: an absolute path or `s3://bucket/prefix`. */
  constructor(uri: string, clock: Clock, options: LanceIndexOptions) {
    this.#base = uri.replace(/(?<!\/)\/+$/, '');
    this.#clock = clock;
    this.#options = options;
  }

  /** Reads the table once it may be searched: until then its first writer is at work and there is nothing to find. */
  reading<T>(
    workspace: WorkspaceId,
    kind: TableKind,
    none: T,
    read: (table: Table) => Promise<T>,
  ): Promise<T> {
    return this.#twice(workspace, async () => {
      const opened = await this.#known(workspace);
      const table = opened && (await existing(opened, kind.name));
      if (!table) return none;
      if (!opened.ready.has(kind.name)) {
        if (!(await hasIndex(table, kind.readyWith))) return none;
        opened.ready.add(kind.name);
      }
      return read(table);
    });
  }

  /** Reads the table as it stands at this moment, whether it may be searched or not. */
  scanning<T>(workspace: WorkspaceId, name: string, none: T, read: (table: Table) => Promise<T>): Promise<T> {
    return this.#twice(workspace, async () => {
      const opened = await this.#known(workspace);
      const table = opened && (await existing(opened, name));
      await table?.checkoutLatest();
      return table ? read(table) : none;
    });
  }

  /**
   * Commits are optimistic: another writer's may come first, and then the whole operation is done again, on a fresh
   * handle.
   */
  async writing(
    workspace: WorkspaceId,
    kind: Omit<TableKind, 'readyWith'>,
    write: (table: Table) => Promise<unknown>,
  ): Promise<void> {
    const step = async () => void (await write(await this.#tableToWrite(workspace, kind)));
    const pauseAfter = (error: unknown, failures: number) => {
      this.#forget(workspace);
      const passing = !isDamage(error) && (isConflict(error) || isMissing(error));
      return passing && failures < writeAttempts ? doubledWait(100, failures) : undefined;
    };
    await retry(step, pauseAfter, this.#clock).catch(throwAsDamage);
  }

  async drop(workspace: WorkspaceId, name: string): Promise<void> {
    const opened = await this.#known(workspace);
    if (!opened) return;
    const { connection, tables, ready } = opened;
    tables.delete(name);
    ready.delete(name);
    try {
      await connection.dropTable(name);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  /** Looks at a table through a connection of its own, which remembers nothing. `look` throws what the table throws. */
  async inspecting(
    workspace: WorkspaceId,
    name: string,
    look: (table: Table) => Promise<unknown>,
  ): Promise<IndexCondition> {
    const isLocal = !this.#base.startsWith('s3://');
    if (isLocal && !(await isThere(this.#directoryOf(workspace)))) return 'missing';
    const lancedb = await loadLance();
    const opened = await this.#connect(workspace, new lancedb.Session(indexCacheBytes, metadataCacheBytes));
    try {
      const table = await existing(opened, name);
      if (!table) return 'missing';
      await look(table);
      return 'whole';
    } catch (error) {
      if (isDamage(error)) return 'damaged';
      throw error;
    } finally {
      for (const table of opened.tables.values()) table.close();
      opened.connection.close();
    }
  }

  /** Deletes all tables of the workspace, also those that can not be opened. */
  async erase(workspace: WorkspaceId): Promise<void> {
    this.#forget(workspace);
    if (!this.#base.startsWith('s3://')) {
      await rm(this.#directoryOf(workspace), { recursive: true, force: true });
      return;
    }
    const { connection } = await this.#database(workspace);
    for (const name of await connection.tableNames()) await connection.dropTable(name);
    this.#forget(workspace);
  }

  async close(): Promise<void> {
    const databases = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    for (const settled of databases) {
      if (settled.status === 'rejected') continue;
      for (const table of settled.value.tables.values()) table.close();
      settled.value.connection.close();
    }
  }

  async #tableToWrite(
    workspace: WorkspaceId,
    { name, schema }: Omit<TableKind, 'readyWith'>,
  ): Promise<Table> {
    const opened = await this.#database(workspace);
    const known = await existing(opened, name);
    if (known) return known;
    const made = await opened.connection.createEmptyTable(name, await schema(), { existOk: true });
    opened.tables.set(name, made);
    return made;
  }

  /** A handle can outlive its table (a restored or emptied directory): then it is opened again, once. */
  async #twice<T>(workspace: WorkspaceId, attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch {
      this.#forget(workspace);
      return attempt().catch(throwAsDamage);
    }
  }

  /**
   * Undefined where the workspace has no directory on this machine: connecting would make one, and whoever only looks
   * shall leave nothing behind. The library is loaded all the same, so that a look at the index tells whether it can
   * be.
   */
  async #known(workspace: WorkspaceId): Promise<OpenDatabase | undefined> {
    if (this.#base.startsWith('s3://') || this.#open.has(workspace)) return this.#database(workspace);
    const directory = this.#directoryOf(workspace);
    await loadLance();
    return (await isThere(directory)) ? this.#database(workspace) : undefined;
  }

  #database(workspace: WorkspaceId): Promise<OpenDatabase> {
    let opened = this.#open.get(workspace);
    if (opened) this.#open.delete(workspace);
    opened ??= this.#connect(workspace);
    this.#open.set(workspace, opened);
    const [oldest] = this.#open.keys();
    if (this.#open.size > maxOpen && oldest !== undefined) this.#forget(oldest);
    opened.catch(() => this.#open.delete(workspace));
    return opened;
  }

  #directoryOf(workspace: WorkspaceId): string {
    return `${this.#base}/${directoryName(workspace)}`;
  }

  /** Not closed here: a search may be running on it; LanceDB closes what is collected. */
  #forget(workspace: WorkspaceId): void {
    this.#open.delete(workspace);
  }

  async #connect(workspace: WorkspaceId, own?: Session): Promise<OpenDatabase> {
    const lancedb = await loadLance();
    const session = own ?? (this.#session ??= new lancedb.Session(indexCacheBytes, metadataCacheBytes));
    const { freshnessSeconds, storageOptions } = this.#options;
    const connection = await lancedb.connect(
      this.#directoryOf(workspace),
      { readConsistencyInterval: freshnessSeconds, ...(storageOptions ? { storageOptions } : {}) },
      session,
    );
    return { connection, tables: new Map(), ready: new Set() };
  }
}

/** On two cores building the full-text index deadlocks unless the thread count is set before the library is loaded. */
export function loadLance() {
  process.env['LANCE_CPU_THREADS'] ??= '4';
  return import('@lancedb/lancedb');
}

export const hasIndex = async (table: Table, wanted: string): Promise<boolean> =>
  (await table.listIndices()).some(({ name }) => name === wanted);

async function existing(opened: OpenDatabase, name: string): Promise<Table | undefined> {
  const known = opened.tables.get(name);
  if (known) return known;
  try {
    const table = await opened.connection.openTable(name);
    opened.tables.set(name, table);
    return table;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Workspace ids become directory names: nothing that could name another directory. */
function directoryName(workspace: WorkspaceId): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(workspace))
    throw new Error(`not a workspace id: ${JSON.stringify(workspace.slice(0, 80))}`);
  return workspace;
}

const isThere = (directory: string): Promise<boolean> =>
  stat(directory).then(
    () => true,
    error => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );

const isMissing = (error: unknown): boolean => /was not found|not found: /i.test(errorText(error));

const isConflict = (error: unknown): boolean =>
  /commit conflict|concurrent|contention|already exists/i.test(errorText(error));
