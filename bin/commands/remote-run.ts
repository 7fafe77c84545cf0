import { createParser } from 'eventsource-parser';
import * as z from 'zod';
import { type ApiClient, ApiRefusal, ApiUnreachable, readReply } from './api-client.ts';
import type { Clock } from '../../functions/platform/clock.ts';
import { CommandError, exitCodes } from './command-error.ts';
import { createdRun, createdThread, message, user } from '../../functions/chat/runs-api/schema.ts';
import { runStatus } from '../../functions/chat/schema.ts';

const { sources } = message.shape;

/** A run of another process, as its client sees it. */
export interface RemoteRun {
  readonly thread: string;
  readonly run: string;
}

/** What a client has of an answer so far. */
export interface RemoteAnswer {
  readonly text: string;
  readonly sources: z.output<typeof sources>;
  /** Undefined while the run goes on. */
  readonly status?: z.output<typeof runStatus>;
  /** Why there is no answer. */
  readonly error?: string;
}

/** Whose threads the command line's are. */
const commandLineUser = 'switchboard ask';

/** Asks in a new thread: of the workspace's default mode, or of the named one. */
export async function startRun(
  api: ApiClient,
  { question, mode }: { question: string; mode: string | undefined },
  signal: AbortSignal,
): Promise<RemoteRun> {
  const post = (path: string, body: object) => api.send(path, { method: 'POST', body, signal });
  const userId = await findUser(await post('/api/users', { name: commandLineUser }));
  const begun = await post('/api/threads', { user_id: userId, mode });
  const { thread_id: thread } = await readReply(begun, createdThread);
  const posted = await post(`/api/threads/${thread}/messages`, { content: question });
  const { run_id: run } = await readReply(posted, createdRun);
  return { thread, run };
}

/** The runs API answers 401 with the user's id when the name exists: that is ours from the time before. */
async function findUser(response: Response): Promise<number> {
  try {
    return (await readReply(response, user)).user_id;
  } catch (error) {
    const existing = error instanceof ApiRefusal ? user.safeParse(error.details) : undefined;
    if (existing?.success) return existing.data.user_id;
    throw error;
  }
}

/** Ends the run; what it has said is dropped. */
export async function cancelRun(api: ApiClient, { run }: RemoteRun): Promise<void> {
  await api.send(`/api/runs/${run}/cancel`, { method: 'POST' });
}

const toldData = z.object({
  text: z.string().optional(),
  sources: sources.optional(),
  status: runStatus.optional(),
  reset: z.boolean().optional(),
  error: z.string().optional(),
});

/** The system sends a heartbeat every 10-15 s; a stream silent for so long is dead. */
const silenceMs = 40_000;
/** Following is given up when nothing new was heard for so long. */
const patienceMs = 90_000;
const retryMs = 500;

/**
 * The answer as it grows, whenever it has changed; the last has a status. A stream that breaks is resumed after the last
 * event that was received, so nothing is lost or repeated; when another process takes the run over, the text begins anew.
 */
export async function* followRun(
  api: ApiClient,
  { run }: RemoteRun,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<RemoteAnswer, void, undefined> {
  let answer: RemoteAnswer = { text: '', sources: [] };
  let lastId: string | undefined;
  let heardAt = clock.now();
  for (;;) {
    try {
      for await (const { id, event, data } of listen(api, run, lastId, signal)) {
        heardAt = clock.now();
        lastId = id ?? lastId;
        answer = after(answer, event, toldData.parse(JSON.parse(data)));
        yield answer;
        if (event === 'done') return;
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!mayHeal(error)) throw error;
    }
    if (clock.now() - heardAt > patienceMs) {
      throw new CommandError(
        exitCodes.noAccess,
        `lost ${api.url} in mid-answer; the run ${run} may go on there`,
      );
    }
    await clock.sleep(retryMs, signal);
  }
}

function after(answer: RemoteAnswer, event: string, data: z.output<typeof toldData>): RemoteAnswer {
  switch (event) {
    case 'token':
      return { ...answer, text: answer.text + (data.text ?? '') };
    case 'final':
      return { ...answer, text: data.text ?? answer.text, sources: data.sources ?? [] };
    case 'error':
      return data.error === undefined ? answer : { ...answer, error: data.error };
    case 'state':
      return data.reset ? { text: '', sources: [] } : answer;
    case 'done':
      return data.status === undefined ? answer : { ...answer, status: data.status };
    default:
      return answer;
  }
}

/** A lost network and a system that restarts heal; a refusal does not. */
const mayHeal = (error: unknown): boolean =>
  error instanceof ApiUnreachable ||
  error instanceof StreamBroken ||
  (error instanceof ApiRefusal && (error.status >= 500 || error.status === 429));

class StreamBroken extends Error {
  override readonly name = 'StreamBroken';
}

interface Told {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** The events of one connection. Throws `StreamBroken` when it dies. */
async function* listen(
  api: ApiClient,
  run: string,
  lastId: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<Told, void, undefined> {
  const dead = new AbortController();
  const headers = {
    accept: 'text/event-stream',
    ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
  };
  const stop = AbortSignal.any([signal, dead.signal]);
  const response = await api.send(`/api/runs/${run}/events`, { headers, signal: stop });
  if (!response.ok) await readReply(response, z.unknown());
  const told: Told[] = [];
  const parser = createParser({
    onEvent: ({ id, event, data }) => told.push({ id, event: event ?? 'message', data }),
  });
  const decoder = new TextDecoder();
  const watch = setTimeout(() => dead.abort(new StreamBroken('silent')), silenceMs);
  try {
    for await (const piece of response.body ?? []) {
      watch.refresh();
      parser.feed(decoder.decode(piece, { stream: true }));
      yield* told.splice(0);
    }
  } catch (error) {
    throw new StreamBroken('the stream broke', { cause: error });
  } finally {
    clearTimeout(watch);
    dead.abort();
  }
}
