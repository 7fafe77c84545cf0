import * as z from 'zod';
import { type ApiClient, ApiRefusal, readReply } from './api-client.ts';
import type { Clock } from '../../functions/platform/clock.ts';
import { followEvents } from '../../functions/platform/portable/event-stream.ts';
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

/** The user who owns the threads of the command line. */
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

/** The runs API answers 401 with the user's id when the name exists: an earlier command has created that user. */
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
  reset: z.boolean().optional(),
  error: z.string().optional(),
});

/** Following ends when nothing new has come for so long. */
const patienceMs = 90_000;

/**
 * Calls back with the answer whenever it has grown, and returns it with its status. A stream that breaks is resumed
 * after the last event that was received, so nothing is lost or repeated. When another process takes the run over, the
 * text begins anew.
 */
export async function followRun(
  api: ApiClient,
  { run }: RemoteRun,
  clock: Clock,
  interrupted: AbortSignal,
  onAnswer: (answer: RemoteAnswer) => void,
): Promise<RemoteAnswer> {
  let answer: RemoteAnswer = { text: '', sources: [] };
  let heardAt = clock.now();
  const givenUp = new AbortController();
  const end = await followEvents(
    {
      onEvent({ type, data }) {
        heardAt = clock.now();
        answer = after(answer, type, toldData.parse(data));
        onAnswer(answer);
      },
    },
    {
      async request(lastEventId, signal) {
        const headers = {
          accept: 'text/event-stream',
          ...(lastEventId > 0 ? { 'last-event-id': String(lastEventId) } : {}),
        };
        return api.send(`/api/runs/${run}/events`, { headers, signal });
      },
      wait: (ms, signal) => clock.sleep(ms, signal),
      async pause(ms, signal) {
        if (clock.now() - heardAt > patienceMs) givenUp.abort();
        else await clock.sleep(ms, signal);
      },
      // Many readers would spread their retries; this is one reader alone.
      random: () => 0,
    },
    AbortSignal.any([interrupted, givenUp.signal]),
  );
  if (end.end === 'done') return { ...answer, status: runStatus.parse(end.status) };
  interrupted.throwIfAborted();
  if (end.end === 'refused') throw new ApiRefusal(end.status, end.message, undefined);
  throw new CommandError(exitCodes.noAccess, `lost ${api.url} in mid-answer; the run ${run} may go on there`);
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
    default:
      return answer;
  }
}
