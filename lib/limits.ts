import type { limitsEnv } from '../functions/tenants/env.ts';
import type { Use } from './constructs/function.ts';
import { allowMail } from './constructs/mail.ts';
import type { HouseTable } from './constructs/table.ts';

type LimitsUse = Use<(typeof limitsEnv)[number]>;

/** Counts turns, and mails when a limit is near. */
export class Limits {
  /** Counts turns, and records when keys were used. */
  readonly counter: LimitsUse;
  /** Mails once that a limit is near. */
  readonly notifier: LimitsUse;

  /** `sender`: the address that mail comes from; empty where none is sent. */
  constructor(table: HouseTable, sender: string) {
    const environment = { LIMITS_TABLE: table.tableName, MAIL_FROM: sender };
    this.counter = { environment, allow: grantee => table.allowReadWrite(grantee) };
    this.notifier = {
      environment,
      allow(grantee) {
        table.allowReadWrite(grantee);
        allowMail(grantee, sender);
      },
    };
  }
}
