import type { Table } from '../../functions/platform/aws/table.ts';

/** The table; whatever is asked to be written into it, keys included, is noted as JSON. */
export function recordWrites(table: Table, written: string[]): Table {
  const noted =
    <Args extends unknown[], T>(write: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> => {
      written.push(JSON.stringify(args));
      return write(...args);
    };
  return {
    ...table,
    put: noted(table.put),
    putAll: noted(table.putAll),
    putIfAbsent: noted(table.putIfAbsent),
    update: noted(table.update),
    delete: noted(table.delete),
  };
}
