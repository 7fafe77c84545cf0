import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { writeWhole } from '../../start/data-directory.ts';
import { nextRunOf } from './expression.ts';
import { type Listing, type Schedule, SchedulerError } from './requests.ts';

/** A schedule as it is kept. Times are epoch milliseconds. */
export interface KeptSchedule {
  readonly name: string;
  readonly schedule: Schedule;
  readonly created: number;
  readonly modified: number;
  /** When it runs next. Undefined when it never will again. */
  readonly next: number | undefined;
  /** Not before this time, though it is to run earlier: it was missed, or could not be delivered. */
  readonly notBefore?: number;
}

/** A run that was missed while nothing ran comes so long after the start, which has other work first. */
const missedAfterMs = 60_000;

const fileSchema = z.object({
  groups: z.array(z.string()),
  // The file is our own.
  schedules: z.array(z.custom<KeptSchedule>(value => typeof value === 'object')),
});

/** The schedule groups and their schedules, in memory and in a file. */
export class Schedules {
  readonly #groups = new Set(['default']);
  readonly #schedules = new Map<string, KeptSchedule>();
  readonly #file: string | undefined;

  /** Reads the file, if there is one. Without a file name nothing is kept from start to start. */
  constructor(file: string | undefined, now: number) {
    this.#file = file;
    if (file === undefined || !existsSync(file)) return;
    const kept = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    for (const group of kept.groups) this.#groups.add(group);
    for (const one of kept.schedules) {
      const missed = one.next !== undefined && one.next < now;
      this.#schedules.set(keyOf(one), missed ? { ...one, notBefore: now + missedAfterMs } : one);
    }
  }

  createGroup(group: string): void {
    if (this.#groups.has(group))
      throw new SchedulerError('ConflictException', `Schedule group ${group} already exists.`);
    this.#groups.add(group);
    this.#write();
  }

  create(name: string, schedule: Schedule, now: number): void {
    const group = schedule.GroupName;
    if (!this.#groups.has(group))
      throw new SchedulerError('ResourceNotFoundException', `Schedule group ${group} does not exist.`);
    if (this.#schedules.has(`${group}/${name}`))
      throw new SchedulerError('ConflictException', `Schedule ${name} already exists.`);
    this.#put({ name, schedule, created: now, modified: now, next: firstRun(schedule, now) });
  }

  /** Replaces all of it: what the request leaves out has its default again. */
  update(name: string, schedule: Schedule, now: number): void {
    const { created } = this.get(schedule.GroupName, name);
    this.#put({ name, schedule, created, modified: now, next: firstRun(schedule, now) });
  }

  get(group: string, name: string): KeptSchedule {
    const found = this.#schedules.get(`${group}/${name}`);
    if (!found) throw new SchedulerError('ResourceNotFoundException', `Schedule ${name} does not exist.`);
    return found;
  }

  delete(group: string, name: string): void {
    this.#schedules.delete(keyOf(this.get(group, name)));
    this.#write();
  }

  /** A page of them, by group and name. `next` continues it. */
  list(wanted: Listing): { page: KeptSchedule[]; next: string | undefined } {
    const { MaxResults, NamePrefix = '', NextToken, ScheduleGroup, State } = wanted;
    const after = NextToken === undefined ? '' : Buffer.from(NextToken, 'base64url').toString('utf8');
    if (NextToken !== undefined && !after.includes('/'))
      throw new SchedulerError('ValidationException', 'Invalid NextToken');
    const found = [...this.#schedules.values()]
      .filter(one => ScheduleGroup === undefined || one.schedule.GroupName === ScheduleGroup)
      .filter(one => State === undefined || one.schedule.State === State)
      .filter(one => one.name.startsWith(NamePrefix) && keyOf(one) > after)
      .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
    const page = found.slice(0, MaxResults);
    const last = page.at(-1);
    const more = last !== undefined && found.length > page.length;
    return { page, next: more ? Buffer.from(keyOf(last)).toString('base64url') : undefined };
  }

  /** Those that are to run now. */
  due(now: number): KeptSchedule[] {
    return [...this.#schedules.values()].filter(one => dueAt(one) <= now);
  }

  /** When the next is to run; infinity when none is. */
  nextDue(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.#schedules.values()].map(dueAt));
  }

  /**
   * The run has been delivered, or given up. Of several that were missed only one comes. A schedule that was changed
   * meanwhile is left as it is.
   */
  ran(one: KeptSchedule, now: number): void {
    if (this.#schedules.get(keyOf(one)) !== one) return;
    const next = runAfter(one.schedule, one.created, Math.max(one.next ?? now, now));
    if (next === undefined && one.schedule.ActionAfterCompletion === 'DELETE')
      return this.delete(one.schedule.GroupName, one.name);
    const { notBefore: _, ...rest } = one;
    this.#put({ ...rest, next });
  }

  /** The run could not be delivered; it is tried again at that time. */
  postpone(one: KeptSchedule, until: number): void {
    if (this.#schedules.get(keyOf(one)) === one) this.#put({ ...one, notBefore: until });
  }

  #put(one: KeptSchedule): void {
    this.#schedules.set(keyOf(one), one);
    this.#write();
  }

  #write(): void {
    if (this.#file === undefined) return;
    const kept = { groups: [...this.#groups], schedules: [...this.#schedules.values()] };
    writeWhole(this.#file, JSON.stringify(kept, null, 2));
  }
}

const keyOf = ({ schedule, name }: KeptSchedule): string => `${schedule.GroupName}/${name}`;

const dueAt = ({ schedule, next, notBefore = 0 }: KeptSchedule): number =>
  next === undefined || schedule.State === 'DISABLED' ? Number.POSITIVE_INFINITY : Math.max(next, notBefore);

const firstRun = (schedule: Schedule, now: number): number | undefined => runAfter(schedule, now, now);

/** `since`: from when on a rate counts, if the schedule has no begin of its own. */
function runAfter(schedule: Schedule, since: number, after: number): number | undefined {
  const begin = schedule.StartDate === undefined ? undefined : schedule.StartDate * 1000;
  const end = schedule.EndDate === undefined ? Number.POSITIVE_INFINITY : schedule.EndDate * 1000;
  const next = nextRunOf(
    schedule.ScheduleExpression,
    schedule.ScheduleExpressionTimezone,
    begin ?? since,
  )(Math.max(after, (begin ?? 0) - 1));
  return next !== undefined && next <= end ? next : undefined;
}
