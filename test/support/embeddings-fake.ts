import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CreateEmbeddingResponse, EmbeddingCreateParams } from 'openai/resources/embeddings';
import { bodyOf, startFakeServer } from './fake-server.ts';
import { embeddingSchemas } from './openai-schemas.ts';
import { type Script, scriptOf } from './script.ts';

/** What happens to one request instead of a good reply. */
export type Mishap =
  | { do: 'refuse'; status: number; code?: string; headers?: Record<string, string> }
  | { do: 'say'; body: string }
  | { do: 'change'; reply: (reply: CreateEmbeddingResponse) => unknown }
  | { do: 'break' }
  | { do: 'silence' };

export interface EmbeddingsFake extends Script<Mishap | undefined, readonly string[]> {
  /** The base address. */
  readonly url: string;
  readonly apiKey: string;
  /** The texts of each request that was accepted as well-formed, and when it came (epoch ms). */
  readonly requests: readonly { texts: readonly string[]; model: string; at: number }[];
  /** Why requests, or replies of its own, were not as published: empty in a test that passes. */
  readonly complaints: readonly string[];
  reset(): void;
  stop(): Promise<void>;
}

export interface EmbeddingsFakeOptions {
  /** Words that mean the same: a word to the one that it stands for. */
  readonly synonyms?: Readonly<Record<string, string>>;
  readonly models?: readonly string[];
}

/**
 * The strictest of the services: OpenAI takes 2048 texts and Gemini 100. They count tokens; here each byte is one,
 * which is the most that there can be.
 */
const limits = { texts: 100, tokensOfOne: 8192, tokensOfAll: 300_000 };
const dimensions = 96;

/**
 * Plays OpenAI's embeddings over real HTTP, as strict as the service: key, content type, published schema, and its
 * limits. A text's vector counts its words, with synonyms as one word. Binds 127.0.0.1.
 */
export async function startEmbeddingsFake({
  synonyms = {},
  models = ['text-embedding-3-small', 'text-embedding-3-large'],
}: EmbeddingsFakeOptions = {}): Promise<EmbeddingsFake> {
  const schemas = await embeddingSchemas();
  const apiKey = 'test-key-embeddings';
  const requests: EmbeddingsFake['requests'][number][] = [];
  const complaints: string[] = [];
  const { script, take, forget } = scriptOf<Mishap | undefined, readonly string[]>(() => undefined);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    const { authorization, 'content-type': type = '' } = request.headers;
    if (request.method !== 'POST' || request.url !== '/v1/embeddings') return refuse(response, 404, null);
    if (authorization !== `Bearer ${apiKey}`) return refuse(response, 401, 'invalid_api_key');
    if (!type.startsWith('application/json')) return refuse(response, 400, null);
    const body = JSON.parse(text) as EmbeddingCreateParams;
    const wrong = schemas.request(body) ?? wrongOf(body);
    if (wrong !== undefined) {
      complaints.push(wrong);
      return refuse(response, 400, null);
    }
    if (!models.includes(body.model)) return refuse(response, 404, 'model_not_found');
    const texts = [body.input].flat().map(String);
    requests.push({ texts, model: body.model, at: Date.now() });
    const mishap = take(texts);
    const reply = replyTo(texts, body.model, synonyms);
    const complaint = schemas.reply(reply);
    if (complaint !== undefined) complaints.push(complaint);
    if (mishap === undefined) return send(response, JSON.stringify(reply));
    if (mishap.do === 'refuse') return refuse(response, mishap.status, mishap.code ?? null, mishap.headers);
    if (mishap.do === 'say') return send(response, mishap.body);
    if (mishap.do === 'change') return send(response, JSON.stringify(mishap.reply(reply)));
    if (mishap.do === 'break') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"da');
      setImmediate(() => response.destroy());
    }
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

function send(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
}

function refuse(
  response: ServerResponse,
  status: number,
  code: string | null,
  headers: Record<string, string> = {},
): void {
  const type = status === 429 ? 'rate_limit_error' : 'invalid_request_error';
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ error: { message: 'The service says no.', type, param: null, code } }));
}

/** What the service refuses although the schema allows it. */
function wrongOf({ input, model, dimensions: wanted }: EmbeddingCreateParams): string | undefined {
  const texts = [input].flat();
  if (texts.length === 0 || texts.length > limits.texts) return `${texts.length} inputs`;
  const sizes = texts.map(text => Buffer.byteLength(String(text)));
  if (sizes.includes(0)) return 'an empty input';
  if (Math.max(...sizes) > limits.tokensOfOne) return `an input of ${Math.max(...sizes)} tokens`;
  const all = sizes.reduce((sum, size) => sum + size, 0);
  if (all > limits.tokensOfAll) return `${all} tokens in one request`;
  return wanted !== undefined && !model.startsWith('text-embedding-3') ? 'dimensions' : undefined;
}

function replyTo(
  texts: readonly string[],
  model: string,
  synonyms: Readonly<Record<string, string>>,
): CreateEmbeddingResponse {
  const tokens = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return {
    object: 'list',
    model,
    data: texts.map((text, index) => ({
      object: 'embedding',
      index,
      embedding: vectorOf(text, model, synonyms),
    })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** Models do not agree about any number. */
function vectorOf(text: string, model: string, synonyms: Readonly<Record<string, string>>): number[] {
  const vector = Array.from({ length: model.endsWith('large') ? 2 * dimensions : dimensions }, () => 0);
  vector[0] = 0.01;
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    let hash = model.length;
    for (const letter of synonyms[word] ?? word) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
    const at = hash % vector.length;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  return vector;
}
