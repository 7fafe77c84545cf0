import { AsyncLocalStorage } from 'node:async_hooks';

/** What log lines are about. Ids alone: never text, numbers or addresses. */
export interface LogIds {
  /** Of the invocation, as Lambda's own lines and the reply's `X-Request-ID` have it. */
  readonly request_id?: string | undefined;
  /** Of the queue's message, where an invocation has several. */
  readonly message_id?: string | undefined;
  readonly workspace?: string | undefined;
  readonly run?: string | undefined;
  readonly job?: string | undefined;
}

/**
 * One set of ids for each request and each message, found by whatever they begin. Powertools keeps its keys for a whole
 * process, where the requests of a laptop's function and the messages of a batch, which run at once, would mix them.
 */
const storage = new AsyncLocalStorage<LogIds>();

/** Does the work so that each line that it logs, now or later, has these ids beside those around it. */
export const withLogIds = <T>(ids: LogIds, work: () => T): T =>
  storage.run({ ...storage.getStore(), ...ids }, work);

/**
 * Adds ids that have become known to the request or message that is being worked on. Nothing happens outside of one.
 */
export function noteLogIds(ids: LogIds): void {
  Object.assign(storage.getStore() ?? {}, ids);
}

/** Those of the request or message that is being worked on. */
export const currentLogIds = (): LogIds => storage.getStore() ?? {};
