import { isDeepStrictEqual } from 'node:util';
import { type marshallOptions, marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type Clock, epochSeconds, systemClock } from '../clock.ts';
import { doubledWait, retry } from '../retry.ts';
import {
  type Attributes,
  ConditionFailed,
  type Dynamo,
  environmentDynamo,
  type WriteRequest,
} from './dynamo.ts';

/** The primary key of every table: one partition key, one sort key, both strings. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export type Item = Key & { readonly [attribute: string]: unknown };

export interface QueryOptions {
  /** Only items whose sort key begins so. */
  prefix?: string;
  /** Only items whose sort key is between these two, both included. */
  between?: readonly [low: string, high: string];
  descending?: boolean;
  /** At most so many items; without it, all pages. */
  limit?: number;
}

export interface UpdateOptions {
  /** Attributes to set; `undefined` removes the attribute. */
  set?: Readonly<Record<string, unknown>>;
  /** Attributes to set only where the item has none yet. */
  setIfAbsent?: Readonly<Record<string, unknown>>;
  /** Numbers to add. */
  add?: Readonly<Record<string, number>>;
  /** A DynamoDB condition over `#name` and `:name`; each name used must be in `values`, or be a plain attribute. */
  condition?: string;
  /** Values of the condition's `:name` placeholders. */
  values?: Readonly<Record<string, unknown>>;
}

/** Whether the item has not outlived its `expires`: DynamoDB takes up to two days to delete one that has. */
export const kept = (item: Item, clock: Pick<Clock, 'now'>): boolean =>
  typeof item['expires'] !== 'number' || item['expires'] > epochSeconds(clock.now());

/** The update that keeps an item until then (epoch seconds), where there is one that would be kept for shorter. */
export const longer = (expires: number): UpdateOptions => ({
  set: { expires },
  condition: 'attribute_exists(pk) and #expires < :next',
  values: { next: expires },
});

/**
 * One DynamoDB table of `pk`/`sk` items with a TTL attribute `expires` (epoch seconds). Reads are consistent. There are
 * no transactions and no scans here on purpose: an aggregate is one item, changed by conditional updates. Calls time
 * out and are retried (`dynamo.ts`). A write whose answer was lost is known again by what it left; an update that
 * adds without a condition may then add twice.
 */
export interface Table {
  get(key: Key): Promise<Item | undefined>;
  /** Those of the items that are there, 100 a request, in no order. */
  getAll(keys: readonly Key[]): Promise<Item[]>;
  put(item: Item): Promise<void>;
  /** Puts the items, 25 a request, in no order: for many small items whose writes are idempotent. */
  putAll(items: readonly Item[]): Promise<void>;
  /** False when another item with that key is already there. */
  putIfAbsent(item: Item): Promise<boolean>;
  /** The item after the update, or undefined when the condition does not hold. */
  update(key: Key, options: UpdateOptions): Promise<Item | undefined>;
  /** False when the condition does not hold. Where an answer was lost, an item that is gone counts as deleted here. */
  delete(key: Key, condition?: Pick<UpdateOptions, 'condition' | 'values'>): Promise<boolean>;
  query(pk: string, options?: QueryOptions): AsyncGenerator<Item, void, undefined>;
}

/** DynamoDB's limits. */
const itemsPerBatch = 25;
const keysPerBatch = 100;
/** Of a batch that the table takes only in part, 3 s in all. */
const batchTurns = 6;
const batchPauseMs = 100;

/** Batches are asked for so many at a time: enough to hide the table's latency, too few to crowd out other callers. */
const batchesAtOnce = 4;

async function inBatches<One>(
  all: readonly One[],
  size: number,
  ask: (batch: One[]) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < all.length; at += size * batchesAtOnce) {
    const starts = Array.from({ length: batchesAtOnce }, (_, index) => at + index * size);
    const batches = starts.map(start => all.slice(start, start + size));
    await Promise.all(batches.filter(batch => batch.length > 0).map(ask));
  }
}

/** Asks until the table has taken the whole batch; `ask` gives back what it has not. */
async function inTurns<One>(
  table: string,
  batch: One[],
  ask: (left: One[]) => Promise<One[]>,
): Promise<void> {
  let left = batch;
  const step = async () => {
    left = await ask(left);
    if (left.length > 0) throw new TooBusy(`the table ${table} is too busy: ${left.length} items were left`);
  };
  const pauseAfter = (error: unknown, failures: number) =>
    error instanceof TooBusy && failures < batchTurns ? doubledWait(batchPauseMs, failures) : undefined;
  await retry(step, pauseAfter, systemClock);
}

class TooBusy extends Error {
  override readonly name = 'TooBusy';
}

/** Connects to the table `name`, at the endpoint and with the credentials of the environment. */
export function connectTable(name: string): Table {
  shared ??= environmentDynamo();
  return tableOf(name, shared);
}

let shared: Dynamo | undefined;

/** The same over a given connection: tests pass one that points at their emulator. */
export function tableOf(name: string, dynamo: Dynamo): Table {
  const get: Table['get'] = async ({ pk, sk }) => {
    const asked = { TableName: name, Key: onWire({ pk, sk }), ConsistentRead: true };
    const { Item: item } = await dynamo.ask('GetItem', asked);
    return item && itemOf(item);
  };
  return {
    get,
    async getAll(keys) {
      const found: Item[] = [];
      const wanted = keys.map(({ pk, sk }) => onWire({ pk, sk }));
      await inBatches(wanted, keysPerBatch, batch =>
        inTurns(name, batch, async left => {
          const asked = { RequestItems: { [name]: { Keys: left, ConsistentRead: true } } };
          const { Responses: responses, UnprocessedKeys: unprocessed } = await dynamo.ask(
            'BatchGetItem',
            asked,
          );
          found.push(...(responses?.[name] ?? []).map(itemOf));
          return [...(unprocessed?.[name]?.Keys ?? [])];
        }),
      );
      return found;
    },
    async put(item) {
      await dynamo.ask('PutItem', { TableName: name, Item: onWire(item) });
    },
    async putAll(items) {
      const requests = items.map(item => ({ PutRequest: { Item: onWire(item) } }));
      await inBatches(requests, itemsPerBatch, batch =>
        inTurns<WriteRequest>(name, batch, async left => {
          const { UnprocessedItems: unprocessed } = await dynamo.ask('BatchWriteItem', {
            RequestItems: { [name]: left },
          });
          return [...(unprocessed?.[name] ?? [])];
        }),
      );
    },
    async putIfAbsent(item) {
      const asked = { TableName: name, Item: onWire(item), ConditionExpression: 'attribute_not_exists(pk)' };
      const result = await unlessRefused(() => dynamo.ask('PutItem', asked));
      // A try before this one may have put it, and its answer been lost on the way.
      return result === 'refused again' ? isSame(item, await get(item)) : result !== undefined;
    },
    async update(key, options) {
      const asked = {
        TableName: name,
        Key: onWire({ pk: key.pk, sk: key.sk }),
        ReturnValues: 'ALL_NEW',
        ...updateExpression(options),
      };
      const result = await unlessRefused(() => dynamo.ask('UpdateItem', asked));
      if (result !== 'refused again') return result?.Attributes && itemOf(result.Attributes);
      const found = await get(key);
      return found && hasAll(found, options) ? found : undefined;
    },
    async delete(key, condition = {}) {
      const { UpdateExpression: _, ...expressions } = updateExpression(condition);
      const asked = { TableName: name, Key: onWire({ pk: key.pk, sk: key.sk }), ...expressions };
      const result = await unlessRefused(() => dynamo.ask('DeleteItem', asked));
      return result === 'refused again' ? (await get(key)) === undefined : result !== undefined;
    },
    async *query(pk, { prefix, between, descending = false, limit } = {}) {
      let left = limit ?? Number.POSITIVE_INFINITY;
      let start: Attributes | undefined;
      const range = between
        ? {
            expression: ' and sk between :low and :high',
            values: { ':low': between[0], ':high': between[1] },
          }
        : prefix
          ? { expression: ' and begins_with(sk, :prefix)', values: { ':prefix': prefix } }
          : { expression: '', values: {} };
      do {
        const page = await dynamo.ask('Query', {
          TableName: name,
          KeyConditionExpression: `pk = :pk${range.expression}`,
          ExpressionAttributeValues: onWire({ ':pk': pk, ...range.values }),
          ScanIndexForward: !descending,
          ConsistentRead: true,
          ...(Number.isFinite(left) ? { Limit: left } : {}),
          ...(start ? { ExclusiveStartKey: start } : {}),
        });
        for (const item of page.Items ?? []) yield itemOf(item);
        left -= page.Items?.length ?? 0;
        start = page.LastEvaluatedKey;
      } while (start && left > 0);
    },
  };
}

const marshalling: marshallOptions = { removeUndefinedValues: true };

const onWire = (value: object): Attributes => marshall(value, marshalling);

const itemOf = (attributes: Attributes): Item => unmarshall(attributes) as Item;

/** Whether the item is what was put: attributes that are `undefined` are not stored. */
const isSame = (put: Item, found: Item | undefined): boolean => isDeepStrictEqual(asStored(put), found);

/**
 * Whether an update has left its traces in the item: all that it sets. One that adds to a number may not have done it
 * though the rest is there, and one that sets nothing leaves no trace: both count as not done.
 */
const hasAll = (item: Item, { set = {}, add = {} }: UpdateOptions): boolean => {
  const wanted = Object.entries(asStored(set));
  const removed = Object.keys(set).filter(name => set[name] === undefined);
  if (wanted.length + removed.length === 0 || Object.keys(add).length > 0) return false;
  return (
    wanted.every(([name, value]) => isDeepStrictEqual(value, item[name])) &&
    removed.every(name => item[name] === undefined)
  );
};

const asStored = (value: object) => unmarshall(onWire(value));

/**
 * Runs a conditional write. Undefined when its condition does not hold; `refused again` when that was found out by a
 * second try, since the first may have been done and its answer lost on the way.
 */
async function unlessRefused<T>(write: () => Promise<T>): Promise<T | 'refused again' | undefined> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return error.tries > 1 ? 'refused again' : undefined;
  }
}

function updateExpression({ set = {}, setIfAbsent = {}, add = {}, condition, values = {} }: UpdateOptions) {
  const names: Record<string, string> = {};
  const bound: Record<string, unknown> = {};
  const bind = (attribute: string, value?: unknown) => {
    names[`#${attribute}`] = attribute;
    if (value !== undefined) bound[`:${attribute}`] = value;
    return attribute;
  };
  const sets = [
    ...Object.entries(set)
      .filter(([, value]) => value !== undefined)
      .map(([attribute, value]) => `#${bind(attribute, value)} = :${attribute}`),
    ...Object.entries(setIfAbsent).map(
      ([attribute, value]) => `#${bind(attribute, value)} = if_not_exists(#${attribute}, :${attribute})`,
    ),
  ];
  const removes = Object.entries(set)
    .filter(([, value]) => value === undefined)
    .map(([attribute]) => `#${bind(attribute)}`);
  const adds = Object.entries(add).map(([attribute, value]) => `#${bind(attribute, value)} :${attribute}`);
  const clauses = [
    sets.length > 0 ? `SET ${sets.join(', ')}` : '',
    removes.length > 0 ? `REMOVE ${removes.join(', ')}` : '',
    adds.length > 0 ? `ADD ${adds.join(', ')}` : '',
  ].filter(clause => clause !== '');
  for (const [, attribute] of condition?.matchAll(/#(\w+)/g) ?? []) if (attribute) bind(attribute);
  for (const [name, value] of Object.entries(values)) bound[`:${name}`] = value;
  return {
    UpdateExpression: clauses.length > 0 ? clauses.join(' ') : undefined,
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.keys(names).length > 0 ? names : undefined,
    ExpressionAttributeValues: Object.keys(bound).length > 0 ? onWire(bound) : undefined,
  };
}
