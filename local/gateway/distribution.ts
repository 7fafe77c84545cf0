import { randomUUID } from 'node:crypto';
import { createContext, runInContext } from 'node:vm';
import * as z from 'zod';
import type { Physical, ResolveIntrinsics } from '../template/intrinsics.ts';
import { ofType, type PlacedResource, placeOf } from '../template/template.ts';
import { type HeadersPolicy, headersPolicy } from './headers-policy.ts';

/** What the distribution does with the paths that a pattern matches. */
export interface Behavior {
  readonly pattern: RegExp;
  readonly origin: Origin;
  readonly methods: readonly string[];
  readonly policy: HeadersPolicy;
  /** Runs the CloudFront Function of the template: it may rewrite the path, add headers, or answer by itself. */
  enter(request: EdgeRequest): EdgePass | EdgeAnswer;
}

/** What a CloudFront Function is told of a request. */
export interface EdgeRequest {
  readonly path: string;
  /** Of the viewer. */
  readonly address: string;
  /** Undefined where the viewer does not say it. */
  readonly contentLength: string | undefined;
}

/** A request that goes on to its origin. */
export interface EdgePass {
  readonly kind: 'pass';
  readonly path: string;
  /** What the function adds, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface EdgeAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Origin =
  | { readonly kind: 'site' }
  | {
      readonly kind: 'api';
      readonly domainName: string;
      readonly stage: string;
      readonly headers: Readonly<Record<string, string>>;
      /** The longest silence, before the answer and in it. */
      readonly readTimeoutMs: number;
    };

export interface DistributionRules {
  readonly rootObject: string;
  /** The first behavior whose pattern matches the path. */
  behaviorOf(path: string): Behavior;
}

const behavior = z.object({
  PathPattern: z.string().default('*'),
  TargetOriginId: z.string(),
  AllowedMethods: z.array(z.string()).default(['GET', 'HEAD']),
  ResponseHeadersPolicyId: z.unknown().optional(),
  FunctionAssociations: z
    .array(z.object({ EventType: z.literal('viewer-request'), FunctionARN: z.unknown() }))
    .default([]),
});

const origin = z.object({
  Id: z.string(),
  DomainName: z.unknown(),
  OriginPath: z.unknown().optional(),
  S3OriginConfig: z.unknown().optional(),
  CustomOriginConfig: z.object({ OriginReadTimeout: z.number().default(30) }).prefault({}),
  OriginCustomHeaders: z.array(z.object({ HeaderName: z.string(), HeaderValue: z.unknown() })).default([]),
});

const configuration = z.object({
  DefaultRootObject: z.string().default(''),
  CacheBehaviors: z.array(behavior).default([]),
  DefaultCacheBehavior: behavior,
  Origins: z.array(origin),
});

/**
 * The rules of the template's distribution. `readSecret` stands for Secrets Manager, which origin headers name by
 * `{{resolve:secretsmanager:...}}`. Throws on an origin that is neither the site's bucket nor the REST API.
 */
export async function distributionRules(
  resources: readonly PlacedResource[],
  physical: ReadonlyMap<string, Physical>,
  resolve: ResolveIntrinsics,
  readSecret: (name: string) => Promise<string>,
): Promise<DistributionRules> {
  const [distribution, ...others] = ofType(resources, 'AWS::CloudFront::Distribution');
  if (!distribution || others.length > 0)
    throw new Error('the local gateway serves exactly one distribution');
  const at = { stack: distribution.stack, property: distribution.id };
  const config = configuration.parse(distribution.Properties['DistributionConfig']);
  const origins = new Map<string, Origin>();
  for (const one of config.Origins) {
    const { Id, DomainName, OriginPath, S3OriginConfig, CustomOriginConfig, OriginCustomHeaders } = one;
    const domainName = String(resolve(DomainName, at));
    if (S3OriginConfig !== undefined) origins.set(Id, { kind: 'site' });
    else if (domainName.includes('.execute-api.')) {
      const headers: Record<string, string> = {};
      for (const { HeaderName, HeaderValue } of OriginCustomHeaders)
        headers[HeaderName.toLowerCase()] = await withSecret(String(resolve(HeaderValue, at)), readSecret);
      origins.set(Id, {
        kind: 'api',
        domainName,
        stage: String(resolve(OriginPath ?? '', at)).slice(1),
        headers,
        readTimeoutMs: CustomOriginConfig.OriginReadTimeout * 1000,
      });
    } else throw new Error(`${placeOf(distribution)}: no local stand-in for the origin ${domainName}`);
  }
  const behaviors = [...config.CacheBehaviors, { ...config.DefaultCacheBehavior, PathPattern: '*' }].map(
    (one): Behavior => {
      const found = origins.get(one.TargetOriginId);
      if (!found) throw new Error(`${placeOf(distribution)}: no origin ${one.TargetOriginId}`);
      const policy = String(resolve(one.ResponseHeadersPolicyId ?? '', at));
      const edgeFunctions = one.FunctionAssociations.map(({ FunctionARN }) =>
        edgeFunction(String(resolve(FunctionARN, at)), resources, physical),
      );
      return {
        pattern: patternOf(one.PathPattern),
        origin: found,
        methods: one.AllowedMethods,
        policy: headersPolicy(policy, resources, physical),
        enter: ({ path, address, contentLength }) =>
          edgeFunctions.reduce<EdgePass | EdgeAnswer>(
            (entered, run) => {
              if (entered.kind === 'answer') return entered;
              const result = run(entered.path, address, contentLength);
              if ('statusCode' in result) return answerOf(result);
              return {
                kind: 'pass',
                path: result.uri,
                headers: { ...entered.headers, ...headersOf(result) },
              };
            },
            { kind: 'pass', path, headers: {} },
          ),
      };
    },
  );
  return {
    rootObject: config.DefaultRootObject,
    behaviorOf(path) {
      const found = behaviors.find(({ pattern }) => pattern.test(path));
      if (!found) throw new Error(`no behavior for ${path}`);
      return found;
    },
  };
}

/** `*` stands for any characters, `?` for one. */
function patternOf(path: string): RegExp {
  const literal = (path.startsWith('/') || path.startsWith('*') ? path : `/${path}`).replaceAll(
    /[.+^${}()|[\]\\]/g,
    String.raw`\$&`,
  );
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}

async function withSecret(value: string, readSecret: (name: string) => Promise<string>): Promise<string> {
  const name = /^\{\{resolve:secretsmanager:([^:}]+)/.exec(value)?.[1];
  return name === undefined ? value : readSecret(name.split('/').at(-1) ?? name);
}

const edgeHeaders = z.record(z.string(), z.object({ value: z.string() })).default({});
const edgeResponse = z.object({
  statusCode: z.int(),
  headers: edgeHeaders,
  body: z.object({ encoding: z.literal('text'), data: z.string() }),
});
const edgeResult = z.union([z.object({ uri: z.string(), headers: edgeHeaders }), edgeResponse]);

const answerOf = (response: z.output<typeof edgeResponse>): EdgeAnswer => ({
  kind: 'answer',
  status: response.statusCode,
  headers: headersOf(response),
  body: response.body.data,
});

const headersOf = ({ headers }: z.output<typeof edgeResult>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name.toLowerCase(), value]));

function edgeFunction(
  arn: string,
  resources: readonly PlacedResource[],
  physical: ReadonlyMap<string, Physical>,
): (path: string, address: string, contentLength: string | undefined) => z.output<typeof edgeResult> {
  const found = ofType(resources, 'AWS::CloudFront::Function').find(
    one => physical.get(placeOf(one))?.attributes['FunctionARN'] === arn,
  );
  if (!found) throw new Error(`no CloudFront Function ${arn}`);
  const sandbox = createContext({});
  runInContext(String(found.Properties['FunctionCode']), sandbox, { filename: found.id });
  return (path, address, contentLength) => {
    const told = contentLength === undefined ? {} : { 'content-length': { value: contentLength } };
    sandbox['event'] = {
      version: '1.0',
      context: { requestId: randomUUID() },
      viewer: { ip: address },
      request: { method: 'GET', uri: path, querystring: {}, headers: told },
    };
    return edgeResult.parse(runInContext('handler(event)', sandbox, { timeout: 1_000 }));
  };
}
