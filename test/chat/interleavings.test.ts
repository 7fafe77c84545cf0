import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cancel } from '../../functions/chat/run/cancel.ts';
import { findRun } from '../../functions/chat/run/find-run.ts';
import { endOfLog } from '../../functions/chat/run/event-log.ts';
import { follow } from '../../functions/chat/run/follow.ts';
import { findThread } from '../../functions/chat/run/keep.ts';
import { postMessage } from '../../functions/chat/run/post-message.ts';
import { isTerminal, type RunEvent, type StoredEvent, type Turn } from '../../functions/chat/run/turn.ts';
import { listTurns } from '../../functions/chat/run/thread-store.ts';
import { work } from '../../functions/chat/run/work.ts';
import type { ModeName, RunId, ThreadId, WorkspaceId } from '../../functions/platform/ids.ts';
import type { Item, Table } from '../../functions/platform/aws/table.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { emulatedTable } from '../support/emulated.ts';
import { type Answer, saying } from './chat-world.ts';
import { type Interleaving, interleave } from './interleaver.ts';

/** More than the default finds rarer ones, and takes longer. */
const scenarios = Number(process.env['INTERLEAVINGS'] ?? 30);
/** A pause lasts for so many steps of the others, at most. */
const pauseSteps = 60;
const workspace = 'acme' as WorkspaceId;

let table: Table;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ table, stop } = await emulatedTable());
});
afterAll(() => stop());

/** What happened to the table, as an outsider sees it. */
function witness() {
  const events = new Map<string, Map<number, string>>();
  const endings = new Map<string, string[]>();
  const order: string[] = [];
  const store = (run: string, event: StoredEvent) => {
    const stored = events.get(run) ?? new Map<number, string>();
    events.set(run, stored);
    expect(stored.has(event.seq), `event ${event.seq} is stored twice`).toBe(false);
    stored.set(event.seq, JSON.stringify(event));
  };
  return {
    events: (run: string) => events.get(run) ?? new Map<number, string>(),
    endings: (run: string) => endings.get(run) ?? [],
    order,
    wrote(item: Item) {
      if (item.sk.startsWith('EVENT#')) {
        const run = item.pk.slice(item.pk.lastIndexOf('#') + 1);
        for (const event of JSON.parse(String(item['events'])) as StoredEvent[]) store(run, event);
      }
      if (item.sk.startsWith('TURN#')) {
        const tail = JSON.parse(typeof item['tail'] === 'string' ? item['tail'] : '[]') as RunEvent[];
        const turn = { ...(item as unknown as Turn), tail };
        if (turn.status === 'running') order.push(`begin ${turn.run}`);
        if (isTerminal(turn.status)) {
          endings.set(turn.run, [...(endings.get(turn.run) ?? []), turn.status]);
          order.push(`end ${turn.run}`);
          for (const event of endOfLog(turn) ?? []) store(turn.run, event);
        }
      }
    },
  };
}

interface Client {
  readonly run: RunId;
  readonly told: StoredEvent[];
  done?: string;
  process?: string;
}

/** Something that happens after so many steps. */
interface Trouble {
  readonly after: number;
  readonly kind: 'cancel' | 'death' | 'duplicate' | 'pause';
  readonly which: number;
}

interface Plan {
  readonly words: readonly string[];
  /** Every other attempt ends in a provider's failure. */
  readonly fails: boolean;
  readonly troubles: readonly Trouble[];
}

/** Drives two runs of one thread, three clients, workers, cancels and deaths as the choices say, then to the end. */
async function drive(choices: readonly number[], plan: Plan) {
  const seen = witness();
  const world = interleave(table, seen);
  let attempts = 0;
  // No two attempts say the same, so a mixture of them shows.
  const answer: Answer = (request, signal) => {
    const attempt = ++attempts;
    const words = plan.words.map(word => `${word}${attempt} `);
    if (plan.fails && attempt % 2 === 1) return failing(words);
    return saying(words)(request, signal);
  };
  const thread = { thread: crypto.randomUUID() as ThreadId, mode: 'default' as ModeName };
  const runs: RunId[] = [];
  const poster = world.process('poster', answer);
  const posted = (async () => {
    for (const question of ['One?', 'Two?']) {
      const found = await findThread(workspace, thread.thread, poster);
      const newest = found && found !== 'over' ? found.newest : undefined;
      runs.push((await postMessage(workspace, thread, newest, { content: question }, poster)).turn.run);
    }
  })();
  while (runs.length < 2) await world.step(0);
  await posted;

  const alive = new Map<string, { message?: Parameters<typeof work>[0] }>();
  let processes = 0;
  const failures: unknown[] = [];
  const connect = (client: Client) => {
    const name = `stream ${++processes}`;
    client.process = name;
    alive.set(name, {});
    void tell(client, name).catch((error: unknown) => failures.push(error));
  };
  async function tell(client: Client, name: string) {
    const effects = world.process(name, answer);
    const found = await findRun(workspace, client.run, effects);
    if (!found) throw new Error('a run that was posted is not there');
    const cursor = client.told.at(-1)?.seq ?? 0;
    for await (const told of follow(workspace, found, cursor, new AbortController().signal, effects)) {
      // A client whose process was killed has lost that connection.
      if (client.process !== name) return;
      if (told.type === 'done') client.done = told.status;
      else {
        for (const event of told.events) {
          expect(seen.events(client.run).get(event.seq), 'a told event is stored').toBe(
            JSON.stringify(event),
          );
          expect(event.seq, 'told without gap or repetition').toBe((client.told.at(-1)?.seq ?? 0) + 1);
          client.told.push(event);
        }
      }
    }
    alive.delete(name);
    // After five minutes a stream ends without done, and its client comes back.
    if (client.done === undefined) connect(client);
  }
  const deliver = (again: boolean) => {
    const queued = world.receive();
    if (!queued) return;
    if (again) world.queue.push({ ...queued });
    const name = `worker ${++processes}`;
    alive.set(name, { message: queued.message });
    void work(queued.message, world.process(name, answer))
      .then(() => alive.delete(name))
      .catch((error: unknown) => failures.push(error));
  };
  const kill = async (name: string, arrives: boolean) => {
    const process = alive.get(name);
    alive.delete(name);
    await world.kill(name, arrives);
    // The queue delivers again what was not confirmed; a client connects again.
    if (process?.message) world.queue.push({ message: process.message, due: world.now + 60_000 });
    for (const client of clients) if (client.process === name && client.done === undefined) connect(client);
  };

  const [first, second] = runs as [RunId, RunId];
  const clients: Client[] = [first, first, second].map(run => ({ run, told: [] }));
  for (const client of clients) connect(client);
  const canceled: string[] = [];
  const strike = async ({ kind, which }: Trouble) => {
    if (kind === 'duplicate') deliver(true);
    if (kind === 'death' && alive.size > 0)
      await kill([...alive.keys()][which % alive.size] ?? '', which % 3 > 0);
    if (kind === 'pause' && alive.size > 0) {
      // Longer than a lease lasts.
      world.freeze([...alive.keys()][which % alive.size] ?? '');
      await world.pass(16_000);
    }
    if (kind !== 'cancel') return;
    const run = which % 2 === 0 ? first : second;
    void cancelRun(run, world, answer)
      .then(status => canceled.push(`${run} ${status}`))
      .catch((error: unknown) => failures.push(error));
    await world.settled();
  };
  const toCome = plan.troubles.toSorted((x, y) => x.after - y.after);
  for (
    let i = 0;
    clients.some(({ done }) => done === undefined) || world.queue.length > 0 || alive.size > 0;
    i++
  ) {
    if (failures.length > 0) throw failures[0];
    expect(i, 'it comes to an end').toBeLessThan(20_000);
    while (toCome[0] && toCome[0].after <= i) await strike(toCome.shift() as Trouble);
    if (i % pauseSteps === 0) world.thaw();
    const choice = choices[i] ?? 0;
    const [kind, rest] = [choice % 8, Math.floor(choice / 8)];
    // Mostly steps: of anyone, of the newest (so that one process runs ahead), or of whoever waits longest.
    if (kind === 1) deliver(false);
    else if (kind === 2 || world.waiting === 0) {
      if (world.waiting === 0) deliver(false);
      if (kind === 2 || world.waiting === 0) await world.pass();
    } else await world.step(kind === 0 ? 0 : kind < 5 ? world.waiting - 1 : rest);
  }
  if (failures.length > 0) throw failures[0];
  const turns = await listTurns(workspace, thread.thread, { chat: table, clock: systemClock });
  return { seen, clients, turns, canceled, runs };
}

async function cancelRun(run: RunId, world: Interleaving, answer: Answer) {
  const effects = world.process(`cancel ${crypto.randomUUID()}`, answer);
  const found = await findRun(workspace, run, effects);
  if (!found) throw new Error('a run that was posted is not there');
  return cancel(workspace, found, effects);
}

const failing = (words: readonly string[]): ReturnType<Answer> =>
  (async function* () {
    for (const text of words) yield { type: 'token' as const, text };
    throw new Error('the provider died');
  })();

const closing: Record<string, string> = { done: 'final', error: 'error', canceled: 'canceled' };

function check({ seen, clients, turns, canceled, runs }: Awaited<ReturnType<typeof drive>>) {
  expect(turns.map(({ run }) => run)).toEqual(runs);
  for (const turn of turns) {
    expect(seen.endings(turn.run), 'one terminal state').toEqual([turn.status]);
    const log = [...seen.events(turn.run).values()].map(text => JSON.parse(text) as StoredEvent);
    log.sort((a, b) => a.seq - b.seq);
    expect(
      log.map(({ seq }) => seq),
      'no gap',
    ).toEqual(log.map((_, i) => i + 1));
    const ends = log.filter(({ type, data }) =>
      type === 'state' ? !('reset' in data) : Object.values(closing).includes(type),
    );
    expect(
      ends.map(({ type }) => type),
      'closed once',
    ).toEqual([closing[turn.status], 'state']);
    expect(log.slice(-2), 'closed last').toEqual(ends);
    expect(ends[1]?.data).toEqual({ status: turn.status });
    if (turn.status === 'done') {
      let text = '';
      for (const event of log) {
        if (event.type === 'state' && event.data.reset) text = '';
        if (event.type === 'token') text += event.data.text;
      }
      expect(text, 'the tokens make the answer').toBe(turn.answer);
      expect(ends[0]?.data).toMatchObject({ text: turn.answer });
    }
    for (const client of clients.filter(({ run }) => run === turn.run)) {
      expect(client.told, 'each client is told the log').toEqual(log);
      expect(client.done).toBe(turn.status);
    }
    for (const said of canceled.filter(text => text.startsWith(turn.run))) {
      expect(said, 'a cancel answers what comes true').toBe(`${turn.run} ${turn.status}`);
    }
  }
  const [first, second] = runs;
  const began = seen.order.indexOf(`begin ${second}`);
  if (began !== -1) expect(seen.order.indexOf(`end ${first}`), 'turns in order').toBeLessThan(began);
}

describe('whatever the order of steps', () => {
  test.each<[string, Trouble['kind'][], boolean]>([
    ['subscribers, workers and duplicate messages', ['duplicate'], false],
    ['cancels at every moment', ['cancel', 'duplicate'], false],
    ['deaths at every moment', ['death'], false],
    ['processes that stand still for longer than a lease', ['pause'], false],
    ['all of these and failing providers', ['cancel', 'death', 'duplicate', 'pause'], true],
  ])('with %s, a run has one end, one log and one story', { timeout: 600_000 }, async (_, kinds, fails) => {
    const trouble = fc.record({
      after: fc.nat(90),
      kind: fc.constantFrom(...kinds),
      which: fc.nat(1000),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(1 << 16), { minLength: 0, maxLength: 250, size: 'max' }),
        fc.array(fc.constantFrom('a', 'bc', 'ü', '\n'), { maxLength: 4 }),
        fc.array(trouble, { minLength: 1, maxLength: 6, size: 'max' }),
        async (choices, words, troubles) => check(await drive(choices, { words, fails, troubles })),
      ),
      { numRuns: scenarios },
    );
  });
});
