import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { CallerError } from '../../functions/platform/errors.ts';
import { sizeInWords } from '../../functions/platform/portable/size-in-words.ts';
import { FunctionError } from '../functions/lambda-function.ts';
import type { Reporter } from '../start/reporter.ts';
import { metadataHeader } from '../functions/response-stream.ts';
import type { ApiRoutes } from './api-routes.ts';
import type { Origin } from './distribution.ts';
import { applyPolicy, type HeadersPolicy } from './headers-policy.ts';
import { passesProxies, proxyEvent } from './proxy-event.ts';

/** Lambda's own limit, both ways. A body in base64 counts as long as that is. */
const mostBytes = 6 * 1024 * 1024;

export interface ApiAnswer {
  readonly path: string;
  readonly query: string;
  readonly routes: ApiRoutes;
  readonly origin: Extract<Origin, { kind: 'api' }>;
  /** What the distribution itself says of the viewer. */
  readonly edgeHeaders: Readonly<Record<string, string>>;
  readonly policy: HeadersPolicy;
  readonly report: Reporter;
}

/** Answers by the function that the REST API has for the path: as a stream or at once, as its template says. */
export async function answerByApi(
  request: IncomingMessage,
  response: ServerResponse,
  { path, query, routes, origin, edgeHeaders, policy, report }: ApiAnswer,
): Promise<void> {
  const match = routes.match(request.method ?? 'GET', path);
  if (!match) {
    request.resume();
    return sendWhole(response, policy, routes.unknown());
  }
  const binary = routes.isBinary(request.headers['content-type'] ?? '');
  const body = await readBody(request, binary ? (mostBytes / 4) * 3 : mostBytes);
  if (!body) {
    // What is still coming is read and dropped, or the viewer would see a broken connection instead of the answer.
    request.resume();
    return sendWhole(response, policy, routes.tooLarge());
  }
  const event = proxyEvent({
    request,
    path,
    query,
    body,
    binary,
    match,
    originHeaders: { ...edgeHeaders, ...origin.headers },
    domainName: origin.domainName,
    stage: origin.stage,
  });
  try {
    await match.function.start();
    if (!match.streams) return sendWhole(response, policy, await match.function.invoke(event));
    const stream = await begun(match.function.invokeStreaming(event), origin.readTimeoutMs);
    const head = streamHead(stream);
    response.writeHead(head.statusCode, headersOf(policy, head)).flushHeaders();
    relay(stream, response, origin.readTimeoutMs);
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    // Why a function does not start has been said once, for all who wait for it.
    if (error.kind !== 'not started') report.warn(`${request.method} ${path}: ${error.message}`);
    throw refusals[error.kind](match.function.name);
  }
}

/** What the caller is told of a function that does not answer; the person at the terminal reads why. */
const refusals: Readonly<Record<FunctionError['kind'], (name: string) => CallerError>> = {
  timeout: name => new CallerError('timeout', `${name} took too long`),
  'not started': name => new CallerError('bad_gateway', `${name} does not start; its log says why`),
  crashed: name => new CallerError('bad_gateway', `${name} failed; its log says why`),
  threw: name => new CallerError('bad_gateway', `${name} failed; its log says why`),
};

/** Undefined for a body that is larger than a function can be given. */
async function readBody(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > most) return undefined;
  const pieces: Buffer[] = [];
  let size = 0;
  // Leaving the loop must not destroy the request: its connection still has to carry the answer.
  for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > most) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

const head = z.object({
  statusCode: z.int().min(200).max(599).default(200),
  headers: z.record(z.string(), z.coerce.string()).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(z.coerce.string())).nullish(),
  cookies: z.array(z.string()).nullish(),
});

function streamHead(stream: IncomingMessage): z.infer<typeof head> {
  const metadata = stream.headers[metadataHeader];
  const parsed = head.safeParse(
    JSON.parse(Buffer.from(String(metadata ?? 'bnVsbA'), 'base64url').toString('utf8')),
  );
  if (parsed.success) return parsed.data;
  stream.resume();
  throw new FunctionError('threw', 'the function streams without having set status and headers');
}

const whole = z.object({ ...head.shape, body: z.string().nullish(), isBase64Encoded: z.boolean().nullish() });

function sendWhole(response: ServerResponse, policy: HeadersPolicy, result: unknown): void {
  const { data } = whole.safeParse(result);
  if (!data) throw new FunctionError('threw', 'the function returned no proxy response');
  const body = Buffer.from(data.body ?? '', data.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > mostBytes)
    throw new FunctionError('threw', `the response is larger than ${sizeInWords(mostBytes)}`);
  response.writeHead(data.statusCode, { ...headersOf(policy, data), 'content-length': body.length });
  response.end(body);
}

function headersOf(
  policy: HeadersPolicy,
  { headers, multiValueHeaders, cookies }: z.infer<typeof head>,
): Record<string, string | string[]> {
  const given: Record<string, string | string[]> = { ...headers, ...multiValueHeaders };
  if (cookies && cookies.length > 0) given['set-cookie'] = cookies;
  const passed = Object.entries(given).filter(([name]) => passesProxies(name));
  return applyPolicy(policy, Object.fromEntries(passed));
}

/**
 * The answer, if it begins before the distribution gives it up; one that comes later is read and dropped: the function
 * runs on, as on AWS.
 */
async function begun(answer: Promise<IncomingMessage>, withinMs: number): Promise<IncomingMessage> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new CallerError('timeout', `no answer began within ${withinMs / 1000} s`));
    answer.then(
      stream => stream.resume(),
      () => {},
    );
  }, withinMs);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Passes the stream on, no faster than the viewer reads it. When the viewer leaves, the rest is read and dropped: the
 * function runs on, as on AWS. When the function dies or is silent for too long, the viewer's connection breaks, so
 * that no cut answer looks whole.
 */
function relay(stream: IncomingMessage, response: ServerResponse, longestSilenceMs: number): void {
  if (response.destroyed) return void stream.resume();
  const silence = setTimeout(() => {
    // What waits for the viewer is not silent.
    if (stream.isPaused()) silence.refresh();
    else response.destroy();
  }, longestSilenceMs);
  stream.on('data', (piece: Buffer) => {
    silence.refresh();
    if (!response.write(piece)) stream.pause();
  });
  response.on('drain', () => stream.resume());
  stream.once('end', () => response.end());
  const broken = () => response.destroy();
  stream.once('error', broken);
  stream.once('aborted', broken);
  response.once('close', () => {
    clearTimeout(silence);
    stream.removeAllListeners('data');
    stream.resume();
  });
}
