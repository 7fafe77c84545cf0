import { answer } from '../../functions/assistant/index.ts';
import type { ChatEffects } from '../../functions/chat/index.ts';
import type { Model } from '../../functions/platform/models/model.ts';
import { type ChatWorld, jsonOf, startChat } from '../chat/chat-world.ts';
import { deploy, functionsOf } from '../lib/deployment.ts';
import { meteredTable, noUse, type TableUse } from './metered-table.ts';
import { prices } from './prices.ts';
import type { Row } from './row.ts';

const turns = 5;
const apartMs = 20;
const answers = { instant: 10, '5 s': 250, '10 s': 500 } as const;
const bars = {
  writes: { instant: 10, '10 s': 40 },
  reads: { instant: 10 },
  dollars: { '5 s': 0.15 },
} as const;
type Length = keyof typeof answers;

/** What a turn has used, the mean of some. */
interface Used {
  readonly table: TableUse;
  readonly messages: number;
  readonly requests: number;
  readonly responseBytes: number;
  readonly apiMs: number;
  readonly workerMs: number;
}

/**
 * What a question costs beyond the model, by the chat page: a visitor's turns in a conversation of their own, with all
 * their bookkeeping. Calls, units and times are measured here, where the tables are emulated and both functions run in
 * this process; memory sizes come from the template, prices from `prices.ts`. Not counted: the requests by which a
 * function reads an index on S3, what a cold start takes, and that a function with less than 1,769 MB has less than the
 * whole processor that these times were measured on. The question is posted and its stream is read in one process. When
 * the two requests meet different instances of the function, the search that the first one begins ahead is made twice;
 * that second search is not counted.
 */
export async function run(): Promise<Row[]> {
  const memory = memoryMb();
  const rows: Row[] = [];
  for (const length of Object.keys(answers) as Length[]) rows.push(...(await rowsOf(length, memory)));
  return rows;
}

async function rowsOf(length: Length, memory: Memory): Promise<Row[]> {
  const used = await measure(answers[length], length === 'instant' ? 0 : apartMs);
  const cost = costOf(used, memory);
  const total = Object.values(cost).reduce((sum, each) => sum + each, 0);
  const bar = (figure: number, most: number | undefined, unit = '') =>
    most === undefined ? {} : { bar: `<= ${unit}${most}`, ok: figure <= most };
  const of = (kind: 'writes' | 'reads') => (bars[kind] as Partial<Record<Length, number>>)[length];
  return [
    {
      name: `${length}: table writes a turn`,
      figure: used.table.writes,
      unit: 'writes',
      ...bar(used.table.writes, of('writes')),
    },
    {
      name: `${length}: table reads a turn`,
      figure: used.table.reads,
      unit: 'reads',
      ...bar(used.table.reads, of('reads')),
    },
    { name: `${length}: write units a turn`, figure: used.table.writeUnits, unit: 'units' },
    { name: `${length}: read units a turn`, figure: used.table.readUnits, unit: 'units' },
    { name: `${length}: queue messages a turn`, figure: used.messages, unit: 'messages' },
    ...Object.entries(cost).map(([name, figure]) => ({
      name: `${length}: ${name}, 1,000 turns`,
      figure,
      unit: '$',
    })),
    {
      name: `${length}: all of it, 1,000 turns`,
      figure: total,
      unit: '$',
      ...bar(total, (bars.dollars as Partial<Record<Length, number>>)[length], '$ '),
    },
  ];
}

interface Memory {
  readonly api: number;
  readonly worker: number;
}

/** Of the functions of the template. */
function memoryMb(): Memory {
  const functions = functionsOf(deploy());
  const of = (prefix: string) => {
    const found = functions.find(({ id }) => id.startsWith(prefix))?.Properties['MemorySize'];
    if (typeof found !== 'number') throw new Error(`no function ${prefix} with a size of memory`);
    return found;
  };
  return { api: of('ChatApi'), worker: of('ChatRunWorker') };
}

/** In dollars, for 1,000 turns. */
function costOf(used: Used, memory: Memory) {
  const gbSeconds = (ms: number, mb: number) => (Math.ceil(ms) / 1000) * (mb / 1024);
  const month = 30 * 86_400;
  const now = Date.now() / 1000;
  const gbMonths = [...used.table.stored.values()].reduce(
    // What is kept for good counts a year.
    (sum, { bytes, expires = now + 365 * 86_400 }) => sum + (bytes / 1024 ** 3) * ((expires - now) / month),
    0,
  );
  const streamed = Math.ceil(used.responseBytes / prices.gatewayStreamBytes);
  const thousand = <Costs extends Record<string, number>>(costs: Costs) =>
    Object.fromEntries(Object.entries(costs).map(([name, each]) => [name, each * 1000]));
  return thousand({
    [`API function, ${memory.api} MB`]:
      gbSeconds(used.apiMs, memory.api) * prices.lambdaGbSecond + used.requests * prices.lambdaRequest,
    [`worker function, ${memory.worker} MB`]:
      gbSeconds(used.workerMs, memory.worker) * prices.lambdaGbSecond + used.messages * prices.lambdaRequest,
    'table writes': used.table.writeUnits * prices.tableWriteUnit,
    'table reads': used.table.readUnits * prices.tableReadUnit,
    'table storage': (gbMonths / turns) * prices.tableGbMonth,
    queue: used.messages * 3 * prices.queueRequest,
    'API Gateway': (used.requests - 1 + streamed) * prices.gatewayRequest,
    CloudFront: used.requests * prices.edgeRequest + (used.responseBytes / 1024 ** 3) * prices.edgeGb,
  });
}

/** The mean of some turns of one conversation each, after one that warms both functions up. */
async function measure(tokens: number, betweenMs: number): Promise<Used> {
  const use = noUse();
  const idle = noUse();
  let measuring = false;
  const chat = await startChat(table => meteredTable(table, () => (measuring ? use : idle)));
  try {
    const effects = withModel(chat.effects, speaking(tokens, betweenMs));
    chat.world.answer = (request, signal) => answer(request, effects, signal);
    const meter = (on: boolean) => (measuring = on);
    await turn(chat, () => undefined);
    const sums = { messages: 0, responseBytes: 0, apiMs: 0, workerMs: 0 };
    for (let i = 0; i < turns; i++) {
      const taken = await turn(chat, meter);
      for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += taken[name];
    }
    const mean = (sum: number) => sum / turns;
    return {
      table: {
        stored: use.stored,
        reads: mean(use.reads),
        readUnits: mean(use.readUnits),
        writes: mean(use.writes),
        writeUnits: mean(use.writeUnits),
      },
      messages: mean(sums.messages),
      // To ask, and to follow.
      requests: 2,
      responseBytes: mean(sums.responseBytes),
      apiMs: mean(sums.apiMs),
      workerMs: mean(sums.workerMs),
    };
  } finally {
    await chat.stop();
  }
}

const withModel = (effects: ChatEffects, model: Model): ChatEffects => ({
  ...effects,
  models: { choose: async () => model },
});

const speaking = (tokens: number, betweenMs: number): Model => ({
  name: 'metronome',
  async *respond() {
    for (let i = 0; i < tokens; i++) {
      if (betweenMs > 0) await new Promise(resolve => setTimeout(resolve, betweenMs));
      yield { type: 'text', text: `${i === 0 ? '' : ' '}word${i}` };
    }
    yield {
      type: 'end',
      reason: 'stop',
      usage: { inputTokens: 2_000, outputTokens: tokens, cachedInputTokens: 0 },
    };
  },
});

/**
 * One turn of a visitor, and what the worker does for it: its first look is due 3 s after the question, the next one 16
 * s later.
 */
async function turn(chat: ChatWorld, meter: (on: boolean) => void) {
  const edge = { 'x-origin-secret': 'only-the-edge-knows', 'x-viewer-address': '192.0.2.7' };
  const { body: admitted } = await jsonOf(await chat.bare('POST', '/api/visitors', {}, edge));
  const headers = { ...edge, Authorization: `Bearer ${admitted.token}` };
  const { body: made } = await jsonOf(await chat.bare('POST', '/api/threads', {}, headers));
  // What was read of settings is no longer believed.
  chat.world.ahead += 6_000;
  meter(true);
  const began = performance.now();
  const path = `/api/threads/${made.thread_id}/messages`;
  const { body } = await jsonOf(await chat.bare('POST', path, { content: 'When are you open?' }, headers));
  const posted = performance.now() - began;
  let early: Promise<{ ms: number }> | undefined;
  const look = async () => {
    const from = performance.now();
    await chat.deliver(body.run_id);
    return { ms: performance.now() - from };
  };
  const timer = setTimeout(() => {
    early = look();
  }, 3_000);
  const opened = performance.now();
  const told = await (await chat.bare('GET', `/api/runs/${body.run_id}/events`, undefined, headers)).text();
  const followed = performance.now() - opened;
  clearTimeout(timer);
  const first = await early;
  const last = await look();
  meter(false);
  return {
    messages: first ? 2 : 1,
    responseBytes: Buffer.byteLength(told),
    apiMs: posted + followed,
    workerMs: (first?.ms ?? 0) + last.ms,
  };
}
