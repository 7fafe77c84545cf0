import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import { type ChatService, chunksOf, complaintOf, refusalOf } from './chat-dialects.ts';
import { bodyOf, startFakeServer, watchEnd } from './fake-server.ts';
import type { Reply } from './openai-reply.ts';
import { chatSchemas } from './openai-schemas.ts';
import { type Script, scriptOf } from './script.ts';

export interface ChatFakeRequest {
  readonly body: ChatCompletionCreateParamsStreaming;
  readonly authorization: string | undefined;
  /** How it came to its end: `aborted` when the client went first. */
  readonly outcome: Promise<'complete' | 'aborted'>;
}

export interface ChatFake extends Script<Reply, ChatCompletionCreateParamsStreaming> {
  readonly url: string;
  readonly apiKey: string;
  readonly requests: readonly ChatFakeRequest[];
  /** Why the fake refused requests, or chunks of its own: empty in a test that passes. */
  readonly complaints: readonly string[];
  reset(): void;
  stop(): Promise<void>;
}

const nothing: Reply = { steps: [{ do: 'text', deltas: ['The documents', ' do not say.'] }] };

/**
 * Plays the chat completions of one service over real HTTP, with that service's own ways, and as strict: key, path,
 * body by the published schema, and the rules that no schema states. Its own chunks are checked too. Binds 127.0.0.1.
 */
export async function startChatFake(service: ChatService): Promise<ChatFake> {
  const schemas = await chatSchemas(service === 'gemini' ? 'gemini' : 'published');
  const apiKey = service === 'ollama' ? '' : `test-key-${service}`;
  const requests: ChatFakeRequest[] = [];
  const complaints: string[] = [];
  const { script, take, forget } = scriptOf<Reply, ChatCompletionCreateParamsStreaming>(() => nothing);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    const { authorization } = request.headers;
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
      return refuse(service, response, 404, null);
    if (apiKey !== '' && authorization !== `Bearer ${apiKey}`) return refuseKey(service, response);
    if (!request.headers['content-type']?.startsWith('application/json'))
      return refuse(service, response, 415, null);
    const body = JSON.parse(text) as ChatCompletionCreateParamsStreaming;
    const wrong = schemas.request(body) ?? complaintOf(service, body);
    if (wrong !== undefined) {
      complaints.push(wrong);
      return refuse(service, response, 400, null);
    }
    const refusal = refusalOf(service, body);
    if (refusal) return refuse(service, response, 400, refusal.code ?? null, {}, refusal);
    const { gone, outcome } = watchEnd(response);
    requests.push({ body, authorization, outcome });
    const reply = take(body);
    if ('status' in reply) {
      const said = reply.body === undefined ? {} : { message: reply.body };
      return refuse(service, response, reply.status, reply.code, reply.headers, said);
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    await play(reply.steps, body, response, gone);
  }

  async function play(
    steps: Extract<Reply, { steps: unknown }>['steps'],
    body: ChatCompletionCreateParamsStreaming,
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<void> {
    const stream = chunksOf(service, body, chunk => {
      const wrong = schemas.chunk(chunk);
      // Gemini leaves the index of a call out, which the schema requires: that is the point.
      if (wrong !== undefined && !(service === 'gemini' && wrong.includes('"missingProperty":"index"')))
        complaints.push(wrong);
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    });
    for (const step of steps) {
      switch (step.do) {
        case 'text':
          for (const text of step.deltas) {
            if (step.apartMs) await delay(step.apartMs, undefined, { signal: gone });
            if (!stream.say(text)) break;
          }
          break;
        case 'call':
          stream.call(step.name, step.arguments);
          break;
        case 'wait':
          await delay(step.ms, undefined, { signal: gone });
          break;
        case 'stall':
          await new Promise((_, reject) => {
            gone.addEventListener('abort', () => reject(gone.reason), { once: true });
          });
          break;
        case 'bytes':
          response.write(step.bytes);
          break;
        case 'cut':
          await delay(20);
          response.destroy();
          return;
        case 'stop':
          response.end();
          return;
        case 'refuse':
          stream.refuse(step.text);
          break;
        case 'incomplete':
          stream.finish(step.reason === 'content_filter' ? 'content_filter' : 'length');
          break;
        case 'fail':
        case 'error':
        default:
          response.write(
            `data: ${JSON.stringify({ error: { message: 'Internal: worker 17 at 10.0.0.1 gave up.', type: 'server_error', code: step.code } })}\n\n`,
          );
          response.end();
          return;
      }
    }
    stream.finish('stop');
    stream.close();
    // What vLLM and the others send; Gemini, too.
    response.end('data: [DONE]\n\n');
  }

  const server = await startFakeServer(serve, complaints);
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

/** Google calls a bad key an invalid argument. */
const refuseKey = (service: ChatService, response: ServerResponse): void =>
  service === 'gemini'
    ? refuse(service, response, 400, null, {}, { message: 'API key not valid. Please pass a valid API key.' })
    : refuse(service, response, 401, 'invalid_api_key');

/**
 * In the shape of each service: Google wraps its errors in a list, vLLM in nothing, and none but OpenAI names a code.
 */
function refuse(
  service: ChatService,
  response: ServerResponse,
  status: number,
  code: string | null,
  headers: Readonly<Record<string, string>> = {},
  {
    message = 'The service says no: key sk-hush of account 42.',
    param = null,
  }: { message?: string; param?: string | null } = {},
): void {
  const body =
    service === 'gemini'
      ? [{ error: { code: status, message, status: 'INVALID_ARGUMENT' } }]
      : service === 'vllm'
        ? { object: 'error', message, type: 'BadRequestError', param, code: status }
        : { error: { message, type: 'invalid_request_error', param, code } };
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
