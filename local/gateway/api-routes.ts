import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Physical, ResolveIntrinsics } from '../template/intrinsics.ts';
import type { LambdaFunction } from '../functions/lambda-function.ts';
import { ofType, type PlacedResource, placeOf } from '../template/template.ts';

/** What answers one method of one resource of the REST API. */
export interface ApiMethod {
  /** As in the template: `/api/threads/{proxy+}`. */
  readonly resource: string;
  readonly function: LambdaFunction;
  /** `STREAM`, or the whole answer at once. */
  readonly streams: boolean;
}

export interface ApiMatch extends ApiMethod {
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** What API Gateway answers by itself. */
export interface OwnAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ApiRoutes {
  /** Undefined when the API has no such resource or method. */
  match(method: string, path: string): ApiMatch | undefined;
  /** Where nothing matches. */
  unknown(): OwnAnswer;
  /** To a body that no function can be given. */
  tooLarge(): OwnAnswer;
  /** Whether bodies of this content type reach the function as base64. */
  isBinary(contentType: string): boolean;
}

const integration = z.object({
  HttpMethod: z.string(),
  Integration: z.object({
    Type: z.literal('AWS_PROXY', 'the local gateway serves AWS_PROXY integrations alone'),
    ResponseTransferMode: z.enum(['STREAM', 'BUFFERED']).default('BUFFERED'),
    Uri: z.string(),
  }),
  ResourceId: z.string(),
});

interface Node {
  readonly path: string;
  readonly children: Map<string, Node>;
  readonly methods: Map<string, ApiMethod>;
}

/** The routes of the template's REST API. Throws, naming the method, on an integration that it can not serve. */
export function apiRoutes(
  resources: readonly PlacedResource[],
  physical: ReadonlyMap<string, Physical>,
  functions: ReadonlyMap<string, LambdaFunction>,
  resolve: ResolveIntrinsics,
): ApiRoutes {
  const { root, nodes } = resourceTree(resources, physical, resolve);
  for (const method of ofType(resources, 'AWS::ApiGateway::Method')) {
    const { HttpMethod, Integration, ResourceId } = methodOf(method, resolve);
    const node = nodes.get(ResourceId);
    const arn = /functions\/(arn:[^/]+)\//.exec(Integration.Uri)?.[1] ?? '';
    const called = functions.get(arn);
    if (!node || !called)
      throw new Error(
        `${placeOf(method)}: no ${node ? `function ${Integration.Uri}` : `resource ${ResourceId}`}`,
      );
    const streams = Integration.ResponseTransferMode === 'STREAM';
    node.methods.set(HttpMethod, { resource: node.path, function: called, streams });
  }
  const binary = ofType(resources, 'AWS::ApiGateway::RestApi').flatMap(
    ({ Properties }) => z.array(z.string()).optional().parse(Properties['BinaryMediaTypes']) ?? [],
  );
  return {
    unknown: ownAnswer(resources, 'MISSING_AUTHENTICATION_TOKEN', 403, 'Missing Authentication Token'),
    tooLarge: ownAnswer(resources, 'REQUEST_TOO_LARGE', 413, 'Request Too Long'),
    match: (method, path) => find(root, path.split('/').slice(1), {}, method),
    isBinary: type => binary.includes('*/*') || binary.includes(type.split(';')[0]?.trim() ?? ''),
  };
}

const gatewayResponse = z.object({
  StatusCode: z.coerce.number().optional(),
  ResponseParameters: z.record(z.string(), z.string()).default({}),
  ResponseTemplates: z.object({ 'application/json': z.string() }),
});

/** The template's own wording of what API Gateway answers by itself; without one, API Gateway's. */
function ownAnswer(
  resources: readonly PlacedResource[],
  type: string,
  statusCode: number,
  message: string,
): () => OwnAnswer {
  const found = ofType(resources, 'AWS::ApiGateway::GatewayResponse').find(
    ({ Properties }) => Properties['ResponseType'] === type,
  );
  const headers = { 'content-type': 'application/json' };
  if (!found) return () => ({ statusCode, headers, body: JSON.stringify({ message }) });
  const { StatusCode, ResponseParameters, ResponseTemplates } = gatewayResponse.parse(found.Properties);
  return () => ({
    statusCode: StatusCode ?? statusCode,
    headers: { ...headers, ...headersIn(ResponseParameters) },
    body: ResponseTemplates['application/json'],
  });
}

/** The headers of one answer. A value is a text in quotes, or the request's id. */
function headersIn(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      const [, text] = /^'(.*)'$/.exec(value) ?? [];
      if (text === undefined && value !== 'context.requestId')
        throw new Error(
          `the local gateway does not know ${value}, which a gateway response gives as ${name}`,
        );
      return [name.replace('gatewayresponse.header.', ''), text ?? randomUUID()];
    }),
  );
}

/** The integration's Uri and ids; the rest of a method's properties may name what does not exist locally. */
function methodOf(method: PlacedResource, resolve: ResolveIntrinsics): z.infer<typeof integration> {
  const { HttpMethod, ResourceId, Integration } = method.Properties;
  const { Type, ResponseTransferMode, Uri } = z.looseObject({}).parse(Integration);
  const at = { stack: method.stack, property: method.id };
  const { data, error } = integration.safeParse(
    resolve({ HttpMethod, ResourceId, Integration: { Type, ResponseTransferMode, Uri } }, at),
  );
  if (!data) throw new Error(`${placeOf(method)}: ${z.prettifyError(error)}`);
  return data;
}

function resourceTree(
  resources: readonly PlacedResource[],
  physical: ReadonlyMap<string, Physical>,
  resolve: ResolveIntrinsics,
) {
  const root: Node = { path: '', children: new Map(), methods: new Map() };
  const nodes = new Map<string, Node>();
  for (const api of ofType(resources, 'AWS::ApiGateway::RestApi'))
    nodes.set(physical.get(placeOf(api))?.attributes['RootResourceId'] ?? '', root);
  let left = ofType(resources, 'AWS::ApiGateway::Resource').map(one => {
    const at = { stack: one.stack, property: one.id };
    return {
      id: one.id,
      parent: String(resolve(one.Properties['ParentId'], at)),
      part: String(one.Properties['PathPart']),
    };
  });
  while (left.length > 0) {
    const rest = left.filter(({ id, parent, part }) => {
      const above = nodes.get(parent);
      if (!above) return true;
      const node = { path: `${above.path}/${part}`, children: new Map(), methods: new Map() };
      above.children.set(part, node);
      nodes.set(id, node);
      return false;
    });
    if (rest.length === left.length)
      throw new Error(`REST API resources without a parent: ${rest.map(({ id }) => id).join(', ')}`);
    left = rest;
  }
  return { root, nodes };
}

/** A literal segment wins over `{name}`, which wins over `{name+}`, as in API Gateway. */
function find(
  node: Node,
  [segment, ...rest]: string[],
  pathParameters: Record<string, string>,
  method: string,
): ApiMatch | undefined {
  if (segment === undefined) {
    const found = node.methods.get(method) ?? node.methods.get('ANY');
    return found && { ...found, resource: found.resource || '/', pathParameters };
  }
  const literal = node.children.get(segment);
  const exact = literal && find(literal, rest, pathParameters, method);
  if (exact) return exact;
  // A trailing slash names no segment.
  if (segment === '') return rest.length === 0 ? find(node, [], pathParameters, method) : undefined;
  for (const [part, child] of node.children) {
    const name = /^\{([^}+]+)\}$/.exec(part)?.[1];
    const found = name && find(child, rest, { ...pathParameters, [name]: decoded(segment) }, method);
    if (found) return found;
  }
  for (const [part, child] of node.children) {
    const name = /^\{([^}+]+)\+\}$/.exec(part)?.[1];
    if (name) {
      const all = [segment, ...rest].map(decoded).join('/');
      return find(child, [], { ...pathParameters, [name]: all }, method);
    }
  }
  return undefined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
