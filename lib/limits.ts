import type { limitsEnv } from '../functions/tenants/env.ts';
import type { Use } from './constructs/function.ts';
import { allowMail } from './constructs/mail.ts';
import type { HouseTable } from './constructs/table.ts';

type LimitsUse = Use<(typeof limitsEnv)[number]>;

/** The counts of turns, and the mails about them. */
export class Limits {
  /** Counts turns, and notes when keys were used. */
  readonly counter: LimitsUse;
  /** Mails that a limit is near, once. */
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
