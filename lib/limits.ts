import type { countingEnv, noticeEnv, tenantsEnv } from '../functions/tenants/env.ts';
import type { Use } from './constructs/function.ts';
import { allowMail } from './constructs/mail.ts';
import type { HouseTable } from './constructs/table.ts';

type CountingUse = Use<(typeof countingEnv)[number]>;
/** Beside what reads the workspaces whose limits are near. */
type NoticeUse = Use<Exclude<(typeof noticeEnv)[number], (typeof tenantsEnv)[number]>>;

/** Counts turns, and mails when a limit is near. */
export class Limits {
  /** Counts turns, and records when keys were used. */
  readonly counter: CountingUse;
  /** Mails once that a limit is near. */
  readonly notifier: NoticeUse;

  /** `sender`: the address that mail comes from; empty where none is sent. */
  constructor(table: HouseTable, sender: string) {
    const environment = { LIMITS_TABLE: table.tableName };
    this.counter = { environment, allow: grantee => table.allowReadWrite(grantee) };
    this.notifier = {
      environment: { ...environment, MAIL_FROM: sender },
      allow(grantee) {
        table.allowReadWrite(grantee);
        allowMail(grantee, sender);
      },
    };
  }
}
