import type { IncomingMessage, ServerResponse } from 'node:http';
import { CallerError, errorText } from '../../functions/platform/errors.ts';
import type { Reporter } from '../start/reporter.ts';
import { answerByApi } from './answer-by-api.ts';
import type { ApiRoutes } from './api-routes.ts';
import type { Behavior, DistributionRules } from './distribution.ts';
import { applyPolicy } from './headers-policy.ts';
import type { Listener } from './listen.ts';
import { sampleFile } from './sample-site.ts';
import { findFile, sendFile } from './static-files.ts';

export interface GatewayOptions {
  readonly rules: DistributionRules;
  readonly routes: ApiRoutes;
  /** The built pages, and the small website that the local start learns. */
  readonly siteDirectory: string;
  readonly sampleDirectory: string;
  readonly report: Reporter;
}

/** Serves the template's CloudFront and API Gateway on the port that was taken for them. */
export function serveGateway(listener: Listener, options: GatewayOptions): void {
  listener.serve((request, response) => {
    response.on('error', () => {});
    serve(request, response, options, listener.port).catch((error: unknown) =>
      refuse(request, response, error, options.report),
    );
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayOptions,
  port: number,
): Promise<void> {
  if (!isOurs(request.headers.host, port)) {
    // A page of another site can point its own name at this address; the browser then sends that name.
    throw new CallerError('forbidden', `this server answers to 127.0.0.1:${port} and localhost:${port} only`);
  }
  const target = request.url ?? '/';
  const [path, query] = split(target);
  if (!path.startsWith('/') || path.split('/').includes('..')) {
    throw new CallerError('bad_request', 'the path of the request is not valid');
  }
  if (path === '/sample' || path.startsWith('/sample/'))
    return answerBySample(request, response, path, options);
  const behavior = options.rules.behaviorOf(path);
  const { origin } = behavior;
  const method = request.method ?? 'GET';
  if (!behavior.methods.includes(method)) {
    const allow = behavior.methods.join(', ');
    response.writeHead(method === 'OPTIONS' ? 204 : 405, applyPolicy(behavior.policy, { allow })).end();
    return;
  }
  const entered = behavior.enter({
    path,
    address: request.socket.remoteAddress ?? '127.0.0.1',
    contentLength: request.headers['content-length'],
  });
  if (entered.kind === 'answer') {
    // What is still coming is read and dropped, or the viewer would see a broken connection instead of the answer.
    request.resume();
    response.writeHead(entered.status, applyPolicy(behavior.policy, entered.headers));
    response.end(method === 'HEAD' ? '' : entered.body);
    return;
  }
  if (origin.kind === 'site')
    return answerBySite(request, response, { path, file: entered.path }, behavior, options);
  await answerByApi(request, response, {
    path,
    query,
    routes: options.routes,
    origin,
    edgeHeaders: entered.headers,
    policy: behavior.policy,
    report: options.report,
  });
}

function isOurs(host: string | undefined, port: number): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].some(
    name => host === `${name}:${port}` || (port === 80 && host === name),
  );
}

function split(target: string): [string, string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

async function answerBySite(
  request: IncomingMessage,
  response: ServerResponse,
  { path, file: name }: { path: string; file: string },
  behavior: Behavior,
  { siteDirectory, rules }: GatewayOptions,
): Promise<void> {
  const file = await findFile(siteDirectory, name === '/' ? `/${rules.rootObject}` : name);
  if (!file) {
    response.writeHead(404, applyPolicy(behavior.policy, { 'content-type': 'text/plain; charset=utf-8' }));
    response.end(request.method === 'HEAD' ? '' : 'There is no such page.\n');
    return;
  }
  await sendFile(file, request, response, applyPolicy(behavior.policy, { 'cache-control': cachingOf(path) }));
}

/** As files are deployed: names below /assets/ change with their content, pages are asked for again. */
function cachingOf(path: string): string {
  if (path.startsWith('/assets/')) return 'public, max-age=31536000, immutable';
  return path.startsWith('/widget/v2/') ? 'public, max-age=3600, s-maxage=86400' : 'no-cache';
}

async function answerBySample(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { sampleDirectory }: GatewayOptions,
): Promise<void> {
  const headers = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' };
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { ...headers, allow: 'GET, HEAD' }).end();
    return;
  }
  const found = await sampleFile(sampleDirectory, path);
  if (found.kind === 'file') return sendFile(found.file, request, response, headers);
  if (found.kind === 'folder')
    return void response.writeHead(308, { ...headers, location: found.location }).end();
  response.writeHead(404, { ...headers, 'content-type': 'text/plain; charset=utf-8' });
  response.end(request.method === 'HEAD' ? '' : 'There is no such page.\n');
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown, report: Reporter): void {
  if (response.headersSent || request.socket.destroyed) return void response.destroy();
  // What is still coming is read and dropped, or the viewer would see a broken connection instead of the answer.
  request.resume();
  if (!(error instanceof CallerError)) report.warn(`gateway: ${errorText(error)}`);
  const known =
    error instanceof CallerError ? error : new CallerError('internal', 'the local gateway failed');
  const { code, message, status } = known;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { code, message } }));
}
