import { Socket } from 'node:net';
import { UnreadableFile } from './file-reading.ts';
import { openFile } from './open-file.ts';
import { messagePipe, type ReaderMessage, readerTask } from './reader-messages.ts';

/**
 * The process that reads one file: `reader-process.ts TASK`. A file may crash it, or make it eat all memory: nothing
 * else is in it, and its parent starts another.
 */
const pipe = new Socket({ fd: messagePipe, readable: false, writable: true });
// The parent has gone, or wants no more.
pipe.on('error', () => process.exit(0));

const aliveMs = 1_000;

const say = (message: ReaderMessage): Promise<void> =>
  new Promise(resolve => {
    pipe.write(`${JSON.stringify(message)}\n`, () => resolve());
  });

async function read(): Promise<void> {
  const { parts, ...about } = await openFile(readerTask.parse(JSON.parse(process.argv[2] ?? '{}')));
  await say({ kind: 'opened', about });
  // Each is written before the next is read: what the parent has not taken is not piled up.
  for await (const part of parts) await say({ kind: 'part', part });
  await say({ kind: 'end' });
}

// Code that hangs does not come back to this: the parent hears nothing, and ends the process.
const alive = setInterval(() => void say({ kind: 'alive' }), aliveMs);
try {
  await read();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  await say({ kind: error instanceof UnreadableFile ? 'unreadable' : 'failed', message });
} finally {
  clearInterval(alive);
  pipe.end();
}
