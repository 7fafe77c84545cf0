/**
 * List prices in US dollars, of us-east-1, as they were known on 2026-11-30. Free tiers and discounts are left out;
 * what costs the same whether anybody asks or not (alarms, log groups, the distribution) is, too.
 */
export const prices = {
  lambdaGbSecond: 0.000_016_666_7,
  lambdaRequest: 0.2e-6,
  /** On demand. An eventually consistent read would be half a unit; there is none. */
  tableWriteUnit: 0.625e-6,
  tableReadUnit: 0.125e-6,
  tableGbMonth: 0.25,
  /** Of a standard queue: to send, to receive and to delete a message is a request each. */
  queueRequest: 0.4e-6,
  /** Of a REST API; a streamed response counts once for each 10 MB that it begins. */
  gatewayRequest: 3.5e-6,
  gatewayStreamBytes: 10 * 1024 ** 2,
  edgeRequest: 1e-6,
  edgeGb: 0.085,
} as const;

/** What a unit of a table's on-demand price holds. */
const writeUnitBytes = 1024;
const readUnitBytes = 4096;

export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / writeUnitBytes));
/** Consistent; a query is charged by the sum of what it reads. */
export const readUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / readUnitBytes));

/** As DynamoDB counts an item: names and values in UTF-8, a number about half its digits. JSON is a little more. */
export const itemBytes = (item: object | undefined): number =>
  item === undefined ? 0 : Buffer.byteLength(JSON.stringify(item));
