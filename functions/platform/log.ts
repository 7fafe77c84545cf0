import { Logger } from '@aws-lambda-powertools/logger';
import { currentLogIds } from './log-ids.ts';

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * JSON lines with a stable message code (`run.finished`), ids and numbers: never message text, phone numbers,
 * addresses or secrets. Tests assert codes, so a code is part of the contract.
 */
export interface Log {
  info(code: string, fields?: LogFields): void;
  warn(code: string, fields?: LogFields): void;
  /** `error` is logged with its stack; it never reaches a caller. */
  error(code: string, error: unknown, fields?: LogFields): void;
}

/** Writes to standard output by Powertools. Each line has the ids of the current work. `name` is the function's. */
export function createLog(name: string): Log {
  const logger = new Logger({ serviceName: name });
  return {
    info: (code, fields) => logger.info(code, { ...currentLogIds(), ...fields }),
    warn: (code, fields) => logger.warn(code, { ...currentLogIds(), ...fields }),
    error: (code, thrown, fields) => {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      logger.error(code, { ...currentLogIds(), ...fields, error });
    },
  };
}

/** For commands and tests that print their own output. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
