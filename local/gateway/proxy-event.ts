import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { emulatorAccount } from '../emulators/account.ts';
import type { ApiMatch } from './api-routes.ts';

/** Headers that belong to one connection and never pass a proxy. */
const hopByHop = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export const passesProxies = (header: string): boolean => !hopByHop.has(header.toLowerCase());

export interface ProxyRequest {
  readonly request: IncomingMessage;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly body: Buffer;
  readonly binary: boolean;
  readonly match: ApiMatch;
  /** What the distribution adds for the API's origin; it wins over the viewer's own. */
  readonly originHeaders: Readonly<Record<string, string>>;
  /** The API's own host name, which it sees instead of the viewer's. */
  readonly domainName: string;
  readonly stage: string;
}

/** The event that API Gateway's proxy integration (REST API, payload version 1) hands to a function. */
export function proxyEvent({
  request,
  path,
  query,
  body,
  binary,
  match,
  originHeaders,
  domainName,
  stage,
}: ProxyRequest): object {
  const method = request.method ?? 'GET';
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  const multiValueHeaders = headersOf(request, {
    ...originHeaders,
    host: domainName,
    'x-forwarded-for': sourceIp,
  });
  const parameters = Map.groupBy(new URLSearchParams(query), ([name]) => name);
  const multiValueQuery = Object.fromEntries(
    [...parameters].map(([name, pairs]) => [name, pairs.map(([, value]) => value)]),
  );
  const now = Date.now();
  return {
    resource: match.resource,
    path,
    httpMethod: method,
    headers: lastOf(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: query === '' ? null : lastOf(multiValueQuery),
    multiValueQueryStringParameters: query === '' ? null : multiValueQuery,
    pathParameters: Object.keys(match.pathParameters).length === 0 ? null : match.pathParameters,
    stageVariables: null,
    requestContext: {
      accountId: emulatorAccount,
      apiId: domainName.split('.')[0],
      domainName,
      domainPrefix: domainName.split('.')[0],
      extendedRequestId: randomUUID(),
      httpMethod: method,
      identity: { sourceIp, userAgent: request.headers['user-agent'] ?? null },
      path: `/${stage}${path}`,
      protocol: `HTTP/${request.httpVersion}`,
      requestId: randomUUID(),
      requestTime: new Date(now).toUTCString(),
      requestTimeEpoch: now,
      resourceId: match.resource,
      resourcePath: match.resource,
      stage,
    },
    body: body.length === 0 ? null : body.toString(binary ? 'base64' : 'utf8'),
    isBase64Encoded: binary && body.length > 0,
  };
}

function headersOf(request: IncomingMessage, own: Record<string, string>): Record<string, string[]> {
  const replaced = new Set(Object.keys(own).map(name => name.toLowerCase()));
  const kept = Object.entries(request.headersDistinct).flatMap(([name, values]) =>
    values && passesProxies(name) && !replaced.has(name) && !name.startsWith('cloudfront-')
      ? [[name, values] as const]
      : [],
  );
  return Object.fromEntries([
    ...kept,
    ...Object.entries(own).map(([name, value]) => [name, [value]] as const),
  ]);
}

const lastOf = (multi: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(multi).map(([name, values]) => [name, values.at(-1) ?? '']));
