import { readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexCondition } from '../../functions/knowledge/index/damage.ts';

function eachFile(directory: string, damage: (path: string) => void): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) eachFile(path, damage);
    else damage(path);
  }
}
const cut = (path: string) => truncateSync(path, Math.floor(statSync(path).size / 2));
const empty = (path: string) => truncateSync(path, 0);
const overwrite = (path: string) => writeFileSync(path, Buffer.alloc(statSync(path).size, 'x'));
const remove = (path: string) => rmSync(path, { recursive: true });

/** What can happen to the directory of one table of LanceDB, and what the index should say of it then. */
export const tableDamages: readonly [string, IndexCondition, (table: string) => void][] = [
  ['the table is deleted', 'missing', remove],
  ['its data is deleted', 'damaged', table => remove(join(table, 'data'))],
  ['its data is cut off', 'damaged', table => eachFile(join(table, 'data'), cut)],
  ['its data is empty', 'damaged', table => eachFile(join(table, 'data'), empty)],
  ['its data is overwritten', 'damaged', table => eachFile(join(table, 'data'), overwrite)],
  ['its versions are cut off', 'damaged', table => eachFile(join(table, '_versions'), cut)],
  ['its versions are empty', 'damaged', table => eachFile(join(table, '_versions'), empty)],
  ['its versions are overwritten', 'damaged', table => eachFile(join(table, '_versions'), overwrite)],
  ['its search indexes are deleted', 'damaged', table => remove(join(table, '_indices'))],
  ['its search indexes are cut off', 'damaged', table => eachFile(join(table, '_indices'), cut)],
];

export const deleteEachFile = (directory: string): void => eachFile(directory, path => rmSync(path));
