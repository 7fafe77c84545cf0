import type { Table } from '../../functions/platform/aws/table.ts';

/** What was asked of a table: items written, and requests to read. */
export interface Calls {
  reads: number;
  writes: number;
  /** Calls that the table has not answered yet. */
  underWay: number;
  /** Each call with its keys, for a failing test to print. */
  readonly list: string[];
}

/** The table; every call of it is counted. */
export function countCalls(table: Table, calls: Calls): Table {
  const counted =
    <Args extends unknown[], T>(
      kind: 'reads' | 'writes',
      name: string,
      call: (...args: Args) => Promise<T>,
    ) =>
    async (...args: Args): Promise<T> => {
      const keys = [args[0]].flat() as { pk: string; sk: string }[];
      calls[kind] += kind === 'writes' ? keys.length : 1;
      for (const { pk, sk } of keys) calls.list.push(`${name} ${pk} ${sk}`);
      calls.underWay += 1;
      try {
        return await call(...args);
      } finally {
        calls.underWay -= 1;
      }
    };
  return {
    get: counted('reads', 'get', table.get),
    getAll: counted('reads', 'getAll', table.getAll),
    put: counted('writes', 'put', table.put),
    putAll: counted('writes', 'putAll', table.putAll),
    putIfAbsent: counted('writes', 'putIfAbsent', table.putIfAbsent),
    update: counted('writes', 'update', table.update),
    delete: counted('writes', 'delete', table.delete),
    async *query(pk, options) {
      calls.reads += 1;
      calls.list.push(`query ${pk} ${JSON.stringify(options ?? {})}`);
      yield* table.query(pk, options);
    },
  };
}
