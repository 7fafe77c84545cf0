import type { Table } from '@lancedb/lancedb';
import type { Schema } from 'apache-arrow';
import * as z from 'zod';
import type { ChunkId, DocumentId, ModeName, SubmissionId } from '../../platform/ids.ts';
import { searchable } from './analyse.ts';
import type { Hit } from './hit.ts';
import type { IndexedDocument } from './index-store.ts';
import type { TableKind } from './lance-database.ts';
import type { VectorWork } from './vector-store.ts';

/** The name that LanceDB gives the index of the column `searchable`. */
export const textIndex = 'searchable_idx';

/** The table of the chunks, without vectors. Each embedder has a table of its own. */
export const lexicalTable: TableKind = { name: 'lexical', readyWith: textIndex, schema: chunkSchema };

/** The columns that a hit is made of. */
export const hitColumns = [
  'id',
  'document',
  'version',
  'url',
  'title',
  'headings',
  'anchor',
  'page',
  'start',
  'end',
  'text',
];

/**
 * `id` is marked as primary key: without the mark two writers that add the same new key leave it there twice.
 * A missing anchor is '', a missing page 0.
 */
async function chunkSchema(): Promise<Schema> {
  const { Field, Int32, List, Schema, Utf8 } = await import('apache-arrow');
  const text = (name: string, metadata?: Map<string, string>) => new Field(name, new Utf8(), false, metadata);
  const count = (name: string) => new Field(name, new Int32(), false);
  return new Schema([
    text('id', new Map([['lance-schema:unenforced-primary-key', 'true']])),
    text('document'),
    text('version'),
    text('url'),
    text('title'),
    text('headings'),
    text('anchor'),
    count('page'),
    count('start'),
    count('end'),
    new Field('modes', new List(new Field('item', new Utf8(), true)), false),
    text('text'),
    text('searchable'),
  ]);
}

/**
 * A chunk's key is the same in all versions of its document, so that two writers of one document collide instead of
 * both adding.
 */
export const toRows = (document: IndexedDocument) =>
  document.chunks.map(chunk => ({
    id: `${document.id}#${chunk.position}`,
    document: document.id,
    version: document.version,
    url: document.url,
    title: document.title,
    headings: JSON.stringify(chunk.headings),
    anchor: chunk.anchor ?? '',
    page: chunk.page ?? 0,
    start: chunk.start,
    end: chunk.end,
    modes: [...document.modes],
    text: chunk.text,
    searchable: searchable([document.title, ...chunk.headings, chunk.text].join('\n')),
  }));

const rowSchema = z.object({
  id: z.string(),
  document: z.string(),
  version: z.string().transform(id => id as SubmissionId),
  url: z.string(),
  title: z.string(),
  headings: z.string(),
  anchor: z.string(),
  page: z.number(),
  start: z.number(),
  end: z.number(),
  text: z.string(),
  _score: z.number().default(0),
});

const placeSchema = rowSchema
  .pick({ id: true, start: true })
  .extend({ document: z.string().transform(id => id as DocumentId) });

/** The place of a chunk, from a row that has nothing else. */
export const toPlace = (row: unknown) => placeSchema.parse(row);

export function toHit(row: unknown): Hit {
  const { id, document, headings, anchor, page, _score, ...rest } = rowSchema.parse(row);
  return {
    ...rest,
    chunkId: id as ChunkId,
    documentId: document as DocumentId,
    headings: z.array(z.string()).parse(JSON.parse(headings)),
    ...(anchor === '' ? {} : { anchor }),
    ...(page === 0 ? {} : { page }),
    score: _score,
  };
}

/** The chunks of these ids that the filter accepts, in the order of the ids, with a score of 0. */
export async function hitsOf(
  table: Table,
  ids: readonly string[],
  filter: string,
  timeoutMs: number,
): Promise<Hit[]> {
  if (ids.length === 0) return [];
  const rows: unknown[] = await table
    .query()
    .where(`${filter} AND ${withIds(ids)}`)
    .select(hitColumns)
    .toArray({ timeoutMs });
  const hits = new Map<string, Hit>(rows.map(toHit).map(hit => [hit.chunkId, hit]));
  return ids.flatMap(id => hits.get(id) ?? []);
}

export const workColumns = ['id', 'document', 'version', 'modes', 'title', 'headings', 'text'];

const workSchema = rowSchema
  .pick({ id: true, document: true, version: true, title: true, headings: true, text: true })
  .extend({ modes: z.preprocess(modes => Array.from(modes as Iterable<unknown>), z.array(z.string())) });

/** A chunk to embed. Its text is the same that is searched by words. */
export function toWork(row: unknown): VectorWork {
  const { id, document, version, modes, title, headings, text } = workSchema.parse(row);
  const above = z.array(z.string()).parse(JSON.parse(headings));
  return {
    chunkId: id as ChunkId,
    documentId: document as DocumentId,
    version,
    modes,
    text: [title, ...above, text].join('\n'),
  };
}

const modeName = /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,127}$/u;

/** The filter that keeps a search inside its mode. Throws for what is no mode name. */
export function inMode(mode: ModeName): string {
  if (!modeName.test(mode)) throw new Error(`not a mode name: ${JSON.stringify(mode.slice(0, 80))}`);
  return `array_has(modes, ${quoted(mode)})`;
}

export const inDocuments = (ids: readonly DocumentId[]): string =>
  `document IN (${ids.map(quoted).join(', ')})`;

export const withIds = (ids: readonly string[]): string => `id IN (${ids.map(quoted).join(', ')})`;

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
