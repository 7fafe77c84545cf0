import * as z from 'zod';
import type { Item } from './table.ts';

/** An id as it is stored: it was checked where it came in. */
export const storedId = <Id extends string>() => z.string().transform(text => text as Id);

/**
 * The item as the schema describes it, without its key. Throws an error that names the item and what is wrong with it,
 * and quotes nothing that it holds: it may be somebody's text.
 */
export function parseItem<Schema extends z.ZodType>(schema: Schema, item: Item): z.output<Schema> {
  const { success, data, error } = schema.safeParse(item);
  if (success) return data;
  const wrong = error.issues.map(({ path, code }) => `${path.join('.')} (${code})`).join(', ');
  throw new Error(`the item ${item.pk} / ${item.sk} is not of its form: ${wrong}`);
}
