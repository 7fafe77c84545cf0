import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { createParser } from 'eventsource-parser';

/**
 * What the runs API is measured against: a server that does nothing but relay the provider's tokens as server-sent
 * events, without storing, retrieving or checking anything. `--poll MS`: its streams look for new events so often, as a
 * design that polls a database does (without the database). Prints `listening on URL`.
 */
const { values } = parseArgs({
  options: { model: { type: 'string', default: '' }, poll: { type: 'string', default: '0' } },
});
const pollMs = Number(values.poll);

interface Run {
  readonly events: string[];
  ended: boolean;
  wake: () => void;
}
const runs = new Map<string, Run>();

async function answer(run: Run): Promise<void> {
  const response = await fetch(`${values.model}/responses`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: 'Bearer test-key-openai' },
    body: JSON.stringify({
      model: 'gpt-5-mini',
      stream: true,
      store: false,
      input: [{ role: 'user', content: 'a question' }],
    }),
  });
  if (!response.ok) throw new Error(`the model answers ${response.status}: ${await response.text()}`);
  const parser = createParser({
    onEvent({ data }) {
      const event = JSON.parse(data) as { type: string; delta?: string };
      if (event.type !== 'response.output_text.delta') return;
      run.events.push(`event: token\ndata: ${JSON.stringify({ text: event.delta })}\n\n`);
      run.wake();
    },
  });
  const decoder = new TextDecoder();
  for await (const piece of response.body ?? []) parser.feed(decoder.decode(piece, { stream: true }));
  run.ended = true;
  run.wake();
}

const server = createServer((request, response) => void serve(request, response));

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST') {
    const id = crypto.randomUUID();
    const run: Run = { events: [], ended: false, wake: () => {} };
    runs.set(id, run);
    void answer(run);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ run_id: id }));
    return;
  }
  const run = runs.get((request.url ?? '').split('/').at(-2) ?? '');
  if (!run) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  for (let next = 0; ; ) {
    const changed = new Promise<void>(resolve => {
      run.wake = resolve;
    });
    if (next < run.events.length) {
      response.write(run.events.slice(next).join(''));
      next = run.events.length;
    }
    if (run.ended) break;
    await (pollMs > 0 ? new Promise(resolve => setTimeout(resolve, pollMs)) : changed);
  }
  response.end('event: done\ndata: {}\n\n');
}

server.listen(0, '127.0.0.1', () =>
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
process.once('SIGTERM', () => process.exit(0));
