import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../../../functions/platform/clock.ts';
import { arnOf, groupArnOf } from './arn.ts';
import { keepFiring, type SendToQueue } from './fire.ts';
import { readGroup, readListing, readName, readSchedule, readToken, SchedulerError } from './requests.ts';
import { type KeptSchedule, Schedules } from './schedules.ts';

export interface SchedulerOptions {
  /** Keeps the schedules from start to start. */
  readonly file?: string | undefined;
  readonly send: SendToQueue;
  readonly clock: Clock;
}

export interface Scheduler {
  /** Not listening yet. */
  readonly server: Server;
  stop(): Promise<void>;
}

interface Asked {
  readonly name: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** So many requests are known again by their client tokens. */
const rememberedTokens = 1_000;

/** EventBridge Scheduler for schedules whose target is a queue: its API over HTTP, and the messages at their times. */
export function serveScheduler({ file, send, clock }: SchedulerOptions): Scheduler {
  const schedules = new Schedules(file, clock.now());
  const firing = keepFiring(schedules, send, clock);
  const operations: Readonly<Record<string, (asked: Asked) => object>> = {
    'POST schedules': ({ name, body }) => {
      const schedule = readSchedule(body);
      schedules.create(readName(name), schedule, clock.now());
      return { ScheduleArn: arnOf(schedule.GroupName, name) };
    },
    'PUT schedules': ({ name, body }) => {
      const schedule = readSchedule(body);
      schedules.update(readName(name), schedule, clock.now());
      return { ScheduleArn: arnOf(schedule.GroupName, name) };
    },
    'GET schedules': ({ name, query }) => described(schedules.get(readGroup(query), readName(name))),
    'DELETE schedules': ({ name, query }) => {
      schedules.delete(readGroup(query), readName(name));
      return {};
    },
    'GET schedules list': ({ query }) => {
      const { page, next } = schedules.list(readListing(query));
      return { Schedules: page.map(summary), ...(next === undefined ? {} : { NextToken: next }) };
    },
    'POST schedule-groups': ({ name }) => {
      schedules.createGroup(readName(name));
      return { ScheduleGroupArn: groupArnOf(name) };
    },
  };
  const remembered = new Map<string, { asked: string; reply: object }>();
  const once = (token: string | undefined, asked: string, act: () => object): object => {
    const before = token === undefined ? undefined : remembered.get(token);
    if (before && before.asked !== asked)
      throw new SchedulerError('ConflictException', 'The client token was used for another request.');
    const reply = before?.reply ?? act();
    if (token !== undefined) remembered.set(token, { asked, reply });
    const [oldest] = remembered.keys();
    if (remembered.size > rememberedTokens && oldest !== undefined) remembered.delete(oldest);
    return reply;
  };

  const answer = async (request: IncomingMessage): Promise<object> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local');
    const [, kind = '', name] = pathname.split('/').map(decodeURIComponent);
    const operation = operations[`${request.method} ${kind}${name === undefined ? ' list' : ''}`];
    if (!operation)
      throw new SchedulerError('ValidationException', `no operation ${request.method} ${pathname}`);
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString('utf8');
    const query = Object.fromEntries(searchParams);
    const body: unknown = text === '' ? {} : JSON.parse(text);
    const token = readToken(text === '' ? { ClientToken: query['clientToken'] } : body);
    const asked = `${request.method} ${request.url} ${text}`;
    const reply = once(token, asked, () => operation({ name: name ?? '', query, body }));
    if (request.method !== 'GET') firing.changed();
    return reply;
  };
  const server = createServer((request, response) => {
    answer(request).then(
      reply => respond(response, 200, reply),
      (error: unknown) => {
        const known = error instanceof SchedulerError ? error : undefined;
        response.setHeader('x-amzn-errortype', known?.code ?? 'InternalServerException');
        respond(response, known?.status ?? 500, { Message: String(known?.message ?? error) });
      },
    );
  });
  return { server, stop: () => firing.stop() };
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The service tells times in seconds. */
const described = ({ name, schedule, created, modified }: KeptSchedule) => ({
  Name: name,
  Arn: arnOf(schedule.GroupName, name),
  ...schedule,
  CreationDate: created / 1000,
  LastModificationDate: modified / 1000,
});

const summary = ({ name, schedule, created, modified }: KeptSchedule) => ({
  Name: name,
  Arn: arnOf(schedule.GroupName, name),
  GroupName: schedule.GroupName,
  State: schedule.State,
  Target: { Arn: schedule.Target.Arn },
  CreationDate: created / 1000,
  LastModificationDate: modified / 1000,
});
