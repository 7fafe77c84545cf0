import type { Item, Table } from '../../functions/platform/aws/table.ts';
import { itemBytes, readUnits, writeUnits } from './prices.ts';

/** What was used of a table. */
export interface TableUse {
  reads: number;
  readUnits: number;
  writes: number;
  writeUnits: number;
  /** By key: what is stored now, in bytes, and until when (epoch seconds). */
  readonly stored: Map<string, { readonly bytes: number; readonly expires: number | undefined }>;
}

export const noUse = (): TableUse => ({
  reads: 0,
  readUnits: 0,
  writes: 0,
  writeUnits: 0,
  stored: new Map(),
});

/**
 * The table; what is used of it is added up as DynamoDB charges it, by the size of the items, to what `meter` says at
 * that moment.
 */
export function meteredTable(table: Table, meter: () => TableUse): Table {
  const read = (...items: (Item | undefined)[]) => {
    const use = meter();
    use.reads += 1;
    use.readUnits += readUnits(items.reduce((sum, item) => sum + itemBytes(item), 0));
  };
  const wrote = (item: Item | undefined) => {
    const use = meter();
    use.writes += 1;
    use.writeUnits += writeUnits(itemBytes(item));
    if (!item) return;
    const expires = typeof item['expires'] === 'number' ? item['expires'] : undefined;
    use.stored.set(`${item.pk} ${item.sk}`, { bytes: itemBytes(item), expires });
  };
  return {
    async get(key) {
      const item = await table.get(key);
      read(item);
      return item;
    },
    async getAll(keys) {
      const items = await table.getAll(keys);
      for (const item of items) read(item);
      return items;
    },
    async put(item) {
      await table.put(item);
      wrote(item);
    },
    async putAll(items) {
      await table.putAll(items);
      for (const item of items) wrote(item);
    },
    async putIfAbsent(item) {
      const stored = await table.putIfAbsent(item);
      wrote(item);
      return stored;
    },
    async update(key, options) {
      const item = await table.update(key, options);
      wrote(item);
      return item;
    },
    async delete(key, condition) {
      const deleted = await table.delete(key, condition);
      wrote(undefined);
      return deleted;
    },
    async *query(pk, options) {
      const items = await Array.fromAsync(table.query(pk, options));
      read(...items);
      yield* items;
    },
  };
}
