import { readFrames, type Frame } from './frames.ts';

/**
 * A client as a browser has it: follows a run to `done`, and comes back with its last id whenever the connection breaks.
 * `watch` is called with all frames so far after each one.
 */
export async function followToDone(
  url: string,
  run: string,
  watch: (frames: readonly Frame[]) => void = () => {},
): Promise<{ frames: Frame[]; connections: number }> {
  const frames: Frame[] = [];
  for (let connections = 1; connections <= 200; connections++) {
    const last = frames.findLast(({ id }) => id !== undefined)?.id;
    const response = await fetch(`${url}/api/runs/${run}/events`, {
      headers: last === undefined ? {} : { 'Last-Event-ID': last },
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

/** A question in a new thread of the open demo workspace. */
export async function askDemo(url: string, content: string): Promise<{ thread: string; run: string }> {
  const post = async (path: string, body: object) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const reply = (await response.json()) as Record<string, string>;
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(reply)}`);
    return reply;
  };
  const user = await post('/api/users', { name: `user ${crypto.randomUUID()}` });
  const { thread_id: thread = '' } = await post('/api/threads', { user_id: user['user_id'] });
  const { run_id: run = '' } = await post(`/api/threads/${thread}/messages`, { content });
  return { thread, run };
}
