import { setImmediate as turn } from 'node:timers/promises';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import {
  eventEffects,
  groupedQueueFunction,
  queueFunction,
} from '../../functions/platform/aws/event-function.ts';
import { noteLogIds } from '../../functions/platform/log-ids.ts';
import { printedLines } from '../support/printed.ts';

const printed = printedLines();
const effects = await eventEffects('test');

const record = (messageId: string, body: string, { group = '', receives = 1 } = {}): SQSRecord => ({
  messageId,
  receiptHandle: '',
  body,
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: '0',
    SenderId: '',
    ApproximateFirstReceiveTimestamp: '0',
    MessageGroupId: group,
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: '',
  awsRegion: '',
});
const contextOf = (awsRequestId: string) =>
  ({ awsRequestId, functionName: 'test', getRemainingTimeInMillis: () => 1_000 }) as Context;
const event = (...Records: SQSRecord[]): SQSEvent => ({ Records });
const failures = (...ids: string[]) => ({
  batchItemFailures: ids.map(itemIdentifier => ({ itemIdentifier })),
});

describe('a queue', () => {
  const handle = queueFunction(async message => {
    if (message === 'bad') throw new Error('no');
  }, effects);

  it('has only the messages delivered again that failed, unreadable ones among them', async () => {
    const batch = event(
      record('m1', '"good"'),
      record('m2', '"bad"', { receives: 3 }),
      record('m3', 'not json'),
    );
    expect(await handle(batch, contextOf('r1'))).toEqual(failures('m3', 'm2'));
    expect(printed()).toMatchObject([
      { message: 'queue.message_failed', request_id: 'r1', message_id: 'm3' },
      { message: 'queue.message_failed', request_id: 'r1', message_id: 'm2', delivery: 3, level: 'ERROR' },
    ]);
  });

  it('counts as failed where all of its messages do', async () => {
    await expect(handle(event(record('m1', '"bad"')), contextOf('r1'))).rejects.toThrow(/All records failed/);
  });
});

describe('a queue of groups', () => {
  it('hands over the messages of each group together and in order, and has only a failed group delivered again', async () => {
    const seen: [readonly unknown[], number][] = [];
    const handle = groupedQueueFunction(async (messages, delivery) => {
      seen.push([messages, delivery]);
      if (messages.includes(4)) throw new Error('no');
    }, effects);
    const batch = event(
      record('m1', '1', { group: 'a' }),
      record('m2', '2', { group: 'b', receives: 3 }),
      record('m3', 'not json', { group: 'a' }),
      record('m4', '4', { group: 'b' }),
      record('m5', '{"five":5}', { group: 'a' }),
    );
    expect(await handle(batch, contextOf('r1'))).toEqual(failures('m2', 'm4'));
    expect(seen).toEqual([
      [[1, 'not json', { five: 5 }], 1],
      [[2, 4], 3],
    ]);
  });

  it('reports a group that fails alone as it reports any other, and does not fail the invocation', async () => {
    const handle = groupedQueueFunction(() => Promise.reject(new Error('no')), effects);
    expect(await handle(event(record('m1', '{"workspace":"acme"}')), contextOf('r1'))).toEqual(
      failures('m1'),
    );
    expect(printed()).toMatchObject([{ message: 'queue.group_failed', workspace: 'acme', delivery: 1 }]);
  });
});

describe('a line that is logged', () => {
  const handle = queueFunction(async message => {
    await turn();
    effects.log.info('test.begun');
    noteLogIds({ job: `job-${String(Object(message).run)}` });
    await turn();
    effects.log.warn('test.ended');
  }, effects);
  const of = (workspace: string, run: string) =>
    record(`of-${run}`, JSON.stringify({ workspace, run, question: 'when is it open?' }));

  it('names the invocation, and what its message is about, also where several are processed at once', async () => {
    await Promise.all([
      handle(event(of('acme', 'one'), of('other', 'two')), contextOf('first')),
      handle(event(of('acme', 'three')), contextOf('second')),
    ]);
    const ids = (request_id: string, workspace: string, run: string) => ({
      request_id,
      message_id: `of-${run}`,
      workspace,
      run,
    });
    const expected = [
      ids('first', 'acme', 'one'),
      ids('first', 'other', 'two'),
      ids('second', 'acme', 'three'),
    ];
    const lines = (message: string) => printed().filter(line => line['message'] === message);
    expect(lines('test.begun')).toEqual(expected.map(one => expect.objectContaining(one)));
    expect(lines('test.ended')).toEqual(
      expected.map(one => expect.objectContaining({ ...one, job: `job-${one.run}` })),
    );
    expect(lines('test.begun').filter(line => 'job' in line)).toEqual([]);
  });

  it('takes nothing from a message but ids', async () => {
    await handle(
      event(record('m1', '{"workspace":"Call +1 555 0100, please","run":["x"]}')),
      contextOf('r1'),
    );
    expect(JSON.stringify(printed())).not.toMatch(/555|please|open\?/);
    expect(printed()[0]).toMatchObject({ message: 'test.begun', message_id: 'm1' });
  });
});

describe('the metrics of an invocation', () => {
  it('are written together at its end, whether it fails or not', async () => {
    for (const fails of [false, true]) {
      const before = printed().length;
      const handle = queueFunction(async () => {
        for (let page = 0; page < 3; page++) effects.metrics.add('PageFetched', 1, 'Count');
        effects.metrics.add('PageFailed', 1, 'Count');
        expect(printed().length).toBe(before);
        if (fails) throw new Error('no');
      }, effects);
      await handle(event(record('m1', '{}')), contextOf('r1')).catch(() => undefined);
      const metrics = printed()
        .slice(before)
        .filter(line => '_aws' in line);
      expect(metrics).toMatchObject([{ PageFetched: [1, 1, 1], PageFailed: 1, service: 'test' }]);
    }
  });

  it('are nothing where there are none', async () => {
    await queueFunction(async () => undefined, effects)(event(record('m1', '{}')), contextOf('r1'));
    expect(printed()).toEqual([]);
  });

  it('of some dimension are written by themselves, and leave it to no other', async () => {
    const handle = queueFunction(async () => {
      effects.metrics.add('PageFetched', 1, 'Count');
      effects.metrics.add('InputTokens', 7, 'Count', { model: 'small' });
    }, effects);
    await handle(event(record('m1', '{}')), contextOf('r1'));
    const [tokens, pages] = printed();
    expect(tokens).toMatchObject({ InputTokens: 7, model: 'small' });
    expect(pages).toMatchObject({ PageFetched: 1 });
    expect(pages).not.toHaveProperty('model');
  });
});
