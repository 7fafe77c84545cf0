import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ResponseCreateParamsStreaming } from 'openai/resources/responses/responses';
import { bodyOf, startFakeServer, watchEnd } from './fake-server.ts';
import { type Reply, replyFromSources } from './openai-reply.ts';
import { refusalOf } from './openai-rules.ts';
import { type ResponsesSchemas, responsesSchemas } from './openai-schemas.ts';
import { ResponseStream } from './openai-stream.ts';
import { type Script, scriptOf } from './script.ts';

export { calls, type Reply, replyFromSources, type Step, says, saysWords } from './openai-reply.ts';

export interface FakeRequest {
  readonly body: ResponseCreateParamsStreaming;
  /** `performance.now()` clock of the process. */
  readonly startedAt: number;
  endedAt: number | undefined;
  /** How it came to its end: `aborted` when the client went first. */
  readonly outcome: Promise<'complete' | 'aborted'>;
}

export interface OpenAiFake extends Script<Reply, ResponseCreateParamsStreaming> {
  /** For the SDK's `baseURL`. */
  readonly url: string;
  readonly apiKey: string;
  /** Every request that was accepted as well-formed, in order. */
  readonly requests: readonly FakeRequest[];
  /** Why the fake refused requests, or events of its own: empty in a test that passes. */
  readonly complaints: readonly string[];
  /** Forgets what was scripted and recorded. */
  reset(): void;
  stop(): Promise<void>;
}

export interface FakeOptions {
  readonly port?: number;
  readonly apiKey?: string;
  /** `first`: each type of event is checked once, for benches; otherwise every event is. */
  readonly check?: 'all' | 'first';
}

/**
 * Plays OpenAI's Responses API over real HTTP, as strict as the service: key, content type, body and the rules that no
 * schema states; its own events are checked too. Binds 127.0.0.1.
 */
export async function startOpenAiFake(options: FakeOptions = {}): Promise<OpenAiFake> {
  const { port = 0, apiKey = 'test-key-openai', check = 'all' } = options;
  const schemas = await responsesSchemas();
  const requests: FakeRequest[] = [];
  const complaints: string[] = [];
  const { script, take, forget } = scriptOf<Reply, ResponseCreateParamsStreaming>(replyFromSources);
  const checked = new Set<string>();
  const checkEvent = (event: unknown) => {
    const type = (event as { type: string }).type;
    if (check === 'first' && checked.has(type)) return;
    checked.add(type);
    const wrong = schemas.event(event);
    if (wrong !== undefined) complaints.push(wrong);
  };
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/fake/requests') {
      const seen = requests.map(({ startedAt, endedAt }) => ({ startedAt, endedAt }));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(seen));
      return;
    }
    const body = await accept(request, response, { apiKey, schemas, complaints });
    if (!body) return;
    const { gone, outcome } = watchEnd(response);
    const record: FakeRequest = { body, startedAt: performance.now(), endedAt: undefined, outcome };
    requests.push(record);
    response.on('close', () => {
      record.endedAt = performance.now();
    });
    const reply = take(body);
    if ('status' in reply) {
      if (reply.body === undefined)
        refuse(response, reply.status, 'The service says no.', null, reply.code, reply.headers);
      else
        response.writeHead(reply.status, { 'content-type': 'text/html', ...reply.headers }).end(reply.body);
      return;
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'x-request-id': 'req_fake',
    });
    response.flushHeaders();
    const id = randomUUID().replaceAll('-', '');
    const stream = new ResponseStream(response, body, id, checkEvent, gone);
    if (!reply.silent) stream.begin();
    for (const step of reply.steps) if (await stream.take(step)) return;
    stream.complete();
  }

  const server = await startFakeServer(serve, complaints, port);
  return {
    ...server,
    apiKey,
    requests,
    complaints,
    ...script,
    reset() {
      forget();
      requests.length = 0;
      complaints.length = 0;
    },
  };
}

interface Gate {
  readonly apiKey: string;
  readonly schemas: ResponsesSchemas;
  readonly complaints: string[];
}

/** The body of a request that the service would take; undefined after it was refused. */
async function accept(
  request: IncomingMessage,
  response: ServerResponse,
  { apiKey, schemas, complaints }: Gate,
): Promise<ResponseCreateParamsStreaming | undefined> {
  const text = await bodyOf(request);
  const deny = (status: number, message: string, param: string | null = null, code: string | null = null) => {
    refuse(response, status, message, param, code);
    return undefined;
  };
  if (request.method !== 'POST' || request.url !== '/v1/responses')
    return deny(404, `Invalid URL (${request.method} ${request.url})`);
  if (!request.headers.authorization?.startsWith('Bearer '))
    return deny(401, 'Missing bearer authentication in header');
  if (request.headers.authorization !== `Bearer ${apiKey}`)
    return deny(
      401,
      `Incorrect API key provided: ${request.headers.authorization.slice(7)}.`,
      null,
      'invalid_api_key',
    );
  if (!request.headers['content-type']?.startsWith('application/json'))
    return deny(400, 'Unsupported content type');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return deny(400, 'We could not parse the JSON body of your request.');
  }
  const wrong = schemas.request(body);
  if (wrong !== undefined) {
    complaints.push(wrong);
    return deny(400, wrong, null, 'unknown_parameter');
  }
  const parsed = body as ResponseCreateParamsStreaming;
  const refusal = refusalOf(parsed);
  if (refusal) return deny(refusal.status, refusal.message, refusal.param, refusal.code);
  return parsed;
}

function refuse(
  response: ServerResponse,
  status: number,
  message: string,
  param: string | null,
  code: string | null,
  headers: Readonly<Record<string, string>> = {},
): void {
  const type = status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error';
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_fake', ...headers })
    .end(JSON.stringify({ error: { message, type, param, code } }));
}
