import { AsyncLocalStorage } from 'node:async_hooks';

/** What log lines are about. Ids alone: never text, numbers or addresses. */
export interface LogIds {
  /** The id of the invocation, as in Lambda's own lines and in the reply's `X-Request-ID`. */
  readonly request_id?: string | undefined;
  /** The id of the queue's message, where an invocation has several. */
  readonly message_id?: string | undefined;
  readonly workspace?: string | undefined;
  readonly run?: string | undefined;
  readonly job?: string | undefined;
}

/**
 * Each request and each message has its own set of ids, which all work that it starts can read. Powertools keeps its
 * keys for a whole process, and would mix those of requests and messages that run at the same time.
 */
const storage = new AsyncLocalStorage<LogIds>();

/** Runs `work`. Each line that it logs, now or later, has these ids, besides those of the work around it. */
export const withLogIds = <T>(ids: LogIds, work: () => T): T =>
  storage.run({ ...storage.getStore(), ...ids }, work);

/** Adds ids to those of the current request or message. Does nothing outside of one. */
export function noteLogIds(ids: LogIds): void {
  Object.assign(storage.getStore() ?? {}, ids);
}

/** The ids of the current request or message. */
export const currentLogIds = (): LogIds => storage.getStore() ?? {};
