import { type Frame, readFrames } from './frames.ts';

/**
 * A client as a browser has it: follows a run to `done`, and comes back with its last id whenever the connection
 * breaks. `watch` is called with all frames so far after each one.
 */
export async function followToDone(
  url: string,
  run: string,
  watch: (frames: readonly Frame[]) => void = () => {},
  credentials: Readonly<Record<string, string>> = {},
): Promise<{ frames: Frame[]; connections: number }> {
  const frames: Frame[] = [];
  for (let connections = 1; connections <= 200; connections++) {
    const last = frames.findLast(({ id }) => id !== undefined)?.id;
    const response = await fetch(`${url}/api/runs/${run}/events`, {
      headers: { ...credentials, ...(last === undefined ? {} : { 'Last-Event-ID': last }) },
    }).catch(() => undefined);
    if (response?.status === 200) {
      const seen = frames.length;
      await readFrames(response, got => {
        frames.splice(seen, frames.length, ...got);
        watch(frames);
        return false;
      }).catch(() => undefined);
      if (frames.at(-1)?.event === 'done') return { frames, connections };
    } else await response?.body?.cancel();
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error(`run ${run} was not followed to its end`);
}

/** A new thread of a new user in the open demo workspace. */
export async function demoThread(url: string): Promise<string> {
  const user = await postJson(`${url}/api/users`, { name: `user ${crypto.randomUUID()}` });
  const { thread_id: thread = '' } = await postJson(`${url}/api/threads`, { user_id: user['user_id'] });
  return thread;
}

/** The run of a question in the thread. */
export async function askIn(url: string, thread: string, content: string): Promise<string> {
  const { run_id: run = '' } = await postJson(`${url}/api/threads/${thread}/messages`, { content });
  return run;
}

export async function postJson(url: string, body: object, token?: string): Promise<Record<string, string>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const reply = (await response.json()) as Record<string, string>;
  if (!response.ok) throw new Error(`${url}: ${response.status} ${JSON.stringify(reply)}`);
  return reply;
}
