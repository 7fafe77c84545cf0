import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractiveModel } from '../../functions/assistant/extracts/extractive-model.ts';
import {
  type AnswerEvent,
  type AnswerRequest,
  type Earlier,
  type AssistantEffects,
  ensureMode,
  type Source,
} from '../../functions/assistant/index.ts';
import { asking, bookkeeping } from '../../functions/chat/effects.ts';
import type { ChatEffects } from '../../functions/chat/index.ts';
import { chatApp } from '../../functions/chat/routes.ts';
import type { BookEffects } from '../../functions/chat/run/effects.ts';
import { createLiveRuns } from '../../functions/chat/run/live.ts';
import type { RunMessage } from '../../functions/chat/run/turn.ts';
import { work } from '../../functions/chat/run/work.ts';
import { createLanceIndex } from '../../functions/knowledge/index/lance-index.ts';
import type { RecordingEffects } from '../../functions/analytics/index.ts';
import type { MailMessage } from '../../functions/platform/aws/mail.ts';
import { silentMetrics } from '../../functions/platform/aws/metrics.ts';
import type { Table } from '../../functions/platform/aws/table.ts';
import type { SecretName } from '../../functions/platform/aws/secrets.ts';
import { type Clock, systemClock } from '../../functions/platform/clock.ts';
import type { Effects } from '../../functions/platform/effects.ts';
import { type ModeName, randomIds, type WorkspaceId } from '../../functions/platform/ids.ts';
import { silentLog } from '../../functions/platform/log.ts';
import { verifierOf } from '../../functions/tenants/accounts/user-pool.ts';
import {
  createApiKey,
  createSigningKeys,
  createWorkspace,
  type IdTokenVerifier,
  type NoticeEffects,
  type PeopleEffects,
} from '../../functions/tenants/index.ts';
import { type Calls, countCalls } from '../support/count-calls.ts';
import { emulatedTable } from '../support/emulated.ts';
import { withoutEmbedder } from '../support/words-alone.ts';
import { readFrames } from './frames.ts';

export type Answer = (request: AnswerRequest, signal: AbortSignal) => AsyncIterable<AnswerEvent>;

export const source: Source = {
  n: 1,
  id: 'doc-1',
  title: 'Opening hours',
  url: 'https://example.org/hours#monday',
  excerpt: 'Open from nine to five.',
  score: 1.5,
};

/** An answer that says the words one by one, and cites one source; `between` is awaited before each. */
export const saying = (words: readonly string[], between?: (i: number) => Promise<void>): Answer =>
  async function* (request) {
    yield { type: 'tool_start', tool: 'rag.search', input: { query: request.question } };
    yield { type: 'tool_end', tool: 'rag.search', output: { sources: ['doc-1'], chunks: 1 } };
    for (const [i, text] of words.entries()) {
      await between?.(i);
      yield { type: 'token', text, ...(text.includes('[1]') ? { sources: [source] } : {}) };
    }
    const usage = { inputTokens: 1, outputTokens: words.length, cachedInputTokens: 0 };
    yield { type: 'final', text: words.join(''), sources: [source], model: 'scripted', usage, costMicros: 7 };
  };

/** An answer that says the words and then nothing, until it is aborted. */
export const stalling = (words: readonly string[], seen: { aborted?: unknown } = {}): Answer =>
  async function* (_, signal) {
    for (const text of words) yield { type: 'token', text };
    await new Promise<void>((_, reject) =>
      signal.addEventListener('abort', () => {
        seen.aborted = signal.reason;
        reject(signal.reason);
      }),
    );
  };

/** Nobody answers at its address. */
const noPool = { poolId: 'none', clientId: 'none', issuer: 'http://127.0.0.1:9/none' };

/** What a site signs the tokens of its users with. */
export const siteSecret = 'only-the-site-and-the-stage-know-this';

/**
 * The chat API in this process over an emulated table, with real tenants and modes. What answers is the test's to say;
 * the clock is the real one plus `ahead`; the queue keeps what is sent. `restart()` is another process: all that is
 * in memory is gone. The worker is a process of its own. `wrap`: what the processes use for the table. `accounts`: the
 * verifier of a user pool, for people who have signed in.
 */
export async function startChat(
  wrap: (table: Table) => Table = table => table,
  accounts: IdTokenVerifier = verifierOf(noPool, systemClock),
) {
  const { table, stop } = await emulatedTable();
  const calls: Calls = { reads: 0, writes: 0, underWay: 0, list: [] };
  const directory = await mkdtemp(join(tmpdir(), 'chat-'));
  const secrets: Partial<Record<SecretName, string>> = {
    'visitor-signing-keys': createSigningKeys(randomIds),
    'origin-secret': 'only-the-edge-knows',
    'talentcentral-user-token-secret': siteSecret,
  };
  const answer: Answer = saying(['Hello', ' ', 'world', '.']);
  const world = {
    ahead: 0,
    answer,
    asked: [] as AnswerRequest[],
    /** What the index was searched for. */
    searched: [] as string[],
    summarise: (async () => undefined) as (earlier: Earlier) => Promise<string | undefined>,
    queueIsDown: false,
    queued: [] as { message: RunMessage; delaySeconds: number | undefined }[],
    logged: [] as string[],
    /** The sort keys of what was put into the chat table. */
    stored: [] as string[],
    mails: [] as MailMessage[],
  };
  let sleep = systemClock.sleep;
  const clock: Clock = {
    now: () => Date.now() + world.ahead,
    sleep: (ms, signal) => sleep(ms, signal),
  };
  const process = (): ChatEffects & BookEffects => {
    // Of each process its own: what it remembers of the table is.
    const counted = countCalls(wrap(table), calls);
    const base = {
      clock,
      ids: randomIds,
      log: {
        ...silentLog,
        warn: (code, fields) => world.logged.push(`${code} ${JSON.stringify(fields)}`),
        error: (code, error) => world.logged.push(`${code} ${String(error)}`),
      },
      metrics: silentMetrics,
    } satisfies Effects;
    const doors = {
      ...base,
      tenants: counted,
      limits: counted,
      secrets: { get: async name => secrets[name] },
      accounts,
    } satisfies PeopleEffects;
    const index = createLanceIndex(directory, clock, { freshnessSeconds: 0 });
    const assistant: AssistantEffects = {
      ...doors,
      knowledge: counted,
      indexQueue: { send: async () => {} },
      index: {
        ...index,
        search: (of, query) => {
          world.searched.push(query.text);
          return index.search(of, query);
        },
      },
      ...withoutEmbedder,
      assistant: counted,
      models: { choose: async () => extractiveModel },
      publicUrl: async () => 'https://switchboard.example.org',
    };
    const books = {
      ...doors,
      analytics: counted,
      conversationLogDays: 90,
      mail: { send: async message => void world.mails.push(message) },
    } satisfies RecordingEffects & NoticeEffects;
    return {
      ...doors,
      ...assistant,
      ...asking({ ...doors, ...assistant }),
      ...bookkeeping(books, assistant),
      conversationLogDays: 90,
      chat: {
        ...counted,
        put: item => {
          world.stored.push(item.sk);
          return counted.put(item);
        },
        putIfAbsent: item => {
          world.stored.push(item.sk);
          return counted.putIfAbsent(item);
        },
      },
      runQueue: {
        send: async (message, options) => {
          if (world.queueIsDown) throw new Error('the queue does not answer');
          world.queued.push({ message, delaySeconds: options?.delaySeconds });
        },
        ping: async () => {
          if (world.queueIsDown) throw new Error('the queue does not answer');
        },
      },
      live: createLiveRuns(),
      answer: (request, signal) => {
        world.asked.push(request);
        return world.answer(request, signal);
      },
      summarise: earlier => world.summarise(earlier),
    };
  };
  let effects = process();
  let worker = process();
  let app = chatApp(effects);

  const workspace = 'acme' as WorkspaceId;
  await createWorkspace({ id: workspace, name: 'Acme', defaultMode: 'default' as ModeName }, effects);
  await ensureMode(workspace, 'default', effects);
  const { key } = await createApiKey(workspace, { name: 'test', scope: 'chat' }, effects);

  /** With the given headers alone. */
  const bare = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    app.request(path, {
      method,
      headers: { 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  /** With the workspace's key, unless the headers say otherwise. */
  const request = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    bare(method, path, body, { Authorization: `Bearer ${key}`, ...headers });
  const json = async (...args: Parameters<typeof request>) => jsonOf(await request(...args));
  const newThread = async (): Promise<string> => {
    const { body: user } = await json('POST', '/api/users', { name: `user ${randomIds.uuid()}` });
    const { body: thread } = await json('POST', '/api/threads', { user_id: user.user_id });
    return thread.thread_id;
  };
  return {
    world,
    workspace,
    table,
    /** What was asked of the table by all processes. */
    calls,
    key,
    bare,
    get effects() {
      return effects;
    },
    get app() {
      return app;
    },
    request,
    json,
    newThread,
    /** A thread with one question: its run and where to follow it. */
    async ask(content = 'When are you open?', thread?: string) {
      const id = thread ?? (await newThread());
      const { body } = await json('POST', `/api/threads/${id}/messages`, { content });
      const run: string = body.run_id;
      return { thread: id, run, events: `/api/runs/${run}/events` };
    },
    open: (events: string, lastEventId?: string, headers: Record<string, string> = {}) =>
      request('GET', events, undefined, {
        ...headers,
        ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
      }),
    /** Follows to the end of the stream. */
    async follow(events: string, lastEventId?: string) {
      const headers: Record<string, string> =
        lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
      return readFrames(await request('GET', events, undefined, headers));
    },
    /** Delivers what the queue holds for the run, once; returns the delays of what is in the queue for it then. */
    async deliver(run: string) {
      const [due, rest] = [
        world.queued.filter(isFor(run)),
        world.queued.filter(queued => !isFor(run)(queued)),
      ];
      world.queued = rest;
      for (const { message } of due) await work(message, worker);
      return world.queued.filter(isFor(run)).map(({ delaySeconds }) => delaySeconds);
    },
    restart() {
      effects = process();
      worker = process();
      app = chatApp(effects);
    },
    /** Another way to sleep from now on. */
    hurry(other: Clock['sleep']) {
      sleep = other;
    },
    async stop() {
      await stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export async function jsonOf(response: Response) {
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into replies of any shape
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}

const isFor =
  (run: string) =>
  ({ message }: { message: RunMessage }) =>
    message.run === run;

export type ChatWorld = Awaited<ReturnType<typeof startChat>>;
