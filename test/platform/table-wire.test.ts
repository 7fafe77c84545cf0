import { describe, expect, test } from 'vitest';
import { type Table, tableOf } from '../../functions/platform/aws/table.ts';
import { dynamoAt } from '../support/emulated.ts';
import { bodyOf, startFakeServer } from '../support/fake-server.ts';
import { endpoint, freshKey, freshPartition, name, table } from './table-subject.ts';

/** The table, behind a wire on which connections break where `breaks` says so: with the request, or with its answer. */
async function behindWire(
  breaks: (action: string, count: number) => 'request' | 'answer' | undefined,
): Promise<{ table: Table; asked: string[]; stop(): Promise<void> }> {
  const asked: string[] = [];
  const wire = await startFakeServer(async (request, response) => {
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const broken = breaks(action, asked.push(action));
    if (broken === 'request') {
      response.destroy();
      return;
    }
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers))
      if (typeof value === 'string' && !['connection', 'content-length', 'host'].includes(name))
        headers.set(name, value);
    const body = await bodyOf(request);
    const answer = await fetch(endpoint, { method: 'POST', headers, body });
    const text = await answer.text();
    if (broken === 'answer') response.destroy();
    else response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
  }, []);
  const dynamo = dynamoAt(new URL(wire.url).origin);
  return {
    table: tableOf(name, dynamo),
    asked,
    stop() {
      dynamo.close();
      return wire.stop();
    },
  };
}

describe('an answer that is lost on the way', () => {
  const firstAnswer = (action: string) => (asked: string, count: number) =>
    asked === action && count === 1 ? 'answer' : undefined;

  test('does not make a stranger of the item that was put', async () => {
    const wire = await behindWire(firstAnswer('PutItem'));
    const item = { ...freshKey(), text: 'mine', count: 1, left: undefined };
    expect(await wire.table.putIfAbsent(item)).toBe(true);
    expect(wire.asked).toEqual(['PutItem', 'PutItem', 'GetItem']);
    expect(await wire.table.putIfAbsent(item)).toBe(false);
    await wire.stop();
  });

  test("does not make one's own of what another has put", async () => {
    const wire = await behindWire(firstAnswer('PutItem'));
    const key = freshKey();
    await table.put({ ...key, text: 'theirs' });
    expect(await wire.table.putIfAbsent({ ...key, text: 'mine' })).toBe(false);
    await wire.stop();
  });

  const unclaimed = { condition: 'attribute_not_exists(#owner)' } as const;

  test('does not make a stranger of the claim that was made', async () => {
    const wire = await behindWire(firstAnswer('UpdateItem'));
    const key = freshKey();
    await table.put({ ...key, state: 'free', left: 1 });
    const claim = { set: { owner: 'me', until: { day: 1 }, left: undefined }, ...unclaimed };
    expect(await wire.table.update(key, claim)).toEqual({
      ...key,
      state: 'free',
      owner: 'me',
      until: { day: 1 },
    });
    expect(await wire.table.update(key, claim)).toBeUndefined();
    await wire.stop();
  });

  test("does not make one's own of another's claim", async () => {
    const wire = await behindWire(firstAnswer('UpdateItem'));
    const key = freshKey();
    await table.put({ ...key, owner: 'another' });
    expect(await wire.table.update(key, { set: { owner: 'me' }, ...unclaimed })).toBeUndefined();
    await wire.stop();
  });

  test('counts nothing that was refused, though all else of the update is there', async () => {
    const wire = await behindWire((action, count) =>
      action === 'UpdateItem' && count === 1 ? 'request' : undefined,
    );
    const key = freshKey();
    await table.put({ ...key, turns: 5, expires: 9 });
    const count = {
      add: { turns: 1 },
      set: { expires: 9 },
      condition: '#turns < :limit',
      values: { limit: 5 },
    };
    expect(await wire.table.update(key, count)).toBeUndefined();
    await wire.stop();
  });

  test('does not make a deletion undone', async () => {
    const wire = await behindWire(firstAnswer('DeleteItem'));
    const key = freshKey();
    await table.put({ ...key, state: 'done' });
    const whenDone = { condition: '#state = :state', values: { state: 'done' } };
    expect(await wire.table.delete(key, whenDone)).toBe(true);
    await wire.stop();
  });
});

test('hundreds of connections that break at once lose no write', async () => {
  const writes = 150;
  const wire = await behindWire((_, count) => (count <= writes ? 'request' : undefined));
  const pk = freshPartition();
  const items = Array.from({ length: writes }, (_, n) => ({ pk, sk: String(n).padStart(3, '0') }));
  expect(await Promise.all(items.map(item => wire.table.putIfAbsent(item)))).toEqual(items.map(() => true));
  expect(await Array.fromAsync(table.query(pk))).toHaveLength(writes);
  await wire.stop();
});
