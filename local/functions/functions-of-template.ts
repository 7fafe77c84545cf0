import { join } from 'node:path';
import * as z from 'zod';
import type { LocalMode } from '../../functions/platform/http/local-mode.ts';
import type { Endpoints } from '../emulators/start-all.ts';
import { emulatorCredentials, emulatorRegion } from '../emulators/account.ts';
import { type FunctionProcess, functionProcess } from './function-process.ts';
import { grantsOf } from '../rights/read-grants.ts';
import type { Physical, ResolveIntrinsics } from '../template/intrinsics.ts';
import { type LambdaFunction, lambdaFunction } from './lambda-function.ts';
import type { Reporter } from '../start/reporter.ts';
import { ofType, type PlacedResource, placeOf } from '../template/template.ts';

const properties = z.object({
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }).optional(),
  MemorySize: z.number().default(128),
  Timeout: z.number().default(3),
});

const metadata = z.object({ 'switchboard:entry': z.string(), 'switchboard:handler': z.string() });

/** The environment that Lambda gives to every function, and the endpoints of the emulators. */
export const runtimeEnvironment = (
  name: string,
  memoryMb: number,
  endpoints: Endpoints,
): Record<string, string> => ({
  AWS_REGION: emulatorRegion,
  AWS_DEFAULT_REGION: emulatorRegion,
  AWS_ACCESS_KEY_ID: emulatorCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: emulatorCredentials.secretAccessKey,
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
  AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamo,
  AWS_ENDPOINT_URL_SQS: endpoints.sqs,
  AWS_ENDPOINT_URL_S3: endpoints.s3,
  AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoints.cognito,
  AWS_ENDPOINT_URL_SES: endpoints.ses,
  AWS_ENDPOINT_URL_SCHEDULER: endpoints.scheduler,
  AWS_ENDPOINT_URL_LAMBDA: endpoints.lambda,
  TZ: 'UTC',
});

export interface Functions {
  /** By ARN. */
  readonly byArn: ReadonlyMap<string, LambdaFunction>;
  readonly processes: ReadonlyMap<string, FunctionProcess>;
  /** The environment of each function in the template. */
  readonly environments: readonly Readonly<Record<string, string>>[];
}

export interface FunctionOptions {
  readonly resources: readonly PlacedResource[];
  readonly physical: ReadonlyMap<string, Physical>;
  readonly resolve: ResolveIntrinsics;
  readonly endpoints: Endpoints;
  readonly localMode: LocalMode;
  readonly socketDirectory: string;
  readonly logDirectory: string;
  readonly report: Reporter;
}

/** A call after a longer pause waits for a start, about half a second. */
const idleMs = 5 * 60_000;
/** The same for a function of a queue: nobody waits for its start. */
const workerIdleMs = 15_000;

/** The functions of the template that name their source in their metadata. Each runs from its first call on. */
export function functionsOf(options: FunctionOptions): Functions {
  const { resources, physical, resolve, endpoints, localMode, socketDirectory, logDirectory, report } =
    options;
  const byArn = new Map<string, LambdaFunction>();
  const processes = new Map<string, FunctionProcess>();
  const environments: Record<string, string>[] = [];
  const served = functionsOfQueues(resources, resolve);
  for (const resource of ofType(resources, 'AWS::Lambda::Function')) {
    const source = metadata.safeParse(resource.Metadata).data;
    if (!source) {
      if (servesCustomResource(resource, resources)) continue;
      throw new Error(`${placeOf(resource)} names no source: it has no switchboard:entry in its metadata`);
    }
    const { Environment, MemorySize, Timeout } = properties.parse(resource.Properties);
    const { ref: name, attributes } = known(physical, resource);
    const at = { stack: resource.stack, property: `${resource.id}.Environment` };
    const variables = z
      .record(z.string(), z.coerce.string())
      .parse(resolve(Environment?.Variables ?? {}, at));
    environments.push(variables);
    const process = functionProcess({
      name,
      entry: source['switchboard:entry'],
      handler: source['switchboard:handler'],
      environment: { ...runtimeEnvironment(name, MemorySize, endpoints), ...variables },
      localMode,
      grants: grantsOf(resource, resources, resolve),
      socketDirectory,
      logFile: join(logDirectory, `${name}.log`),
      idleMs: served.has(name) ? workerIdleMs : idleMs,
      report,
    });
    processes.set(name, process);
    const arn = attributes['Arn'] ?? '';
    byArn.set(arn, lambdaFunction({ name, arn, memoryMb: MemorySize, timeoutSeconds: Timeout }, process));
  }
  return { byArn, processes, environments };
}

/** The names of the functions that a queue calls. */
function functionsOfQueues(
  resources: readonly PlacedResource[],
  resolve: ResolveIntrinsics,
): ReadonlySet<string> {
  const names = ofType(resources, 'AWS::Lambda::EventSourceMapping').map(({ stack, id, Properties }) =>
    String(resolve(Properties['FunctionName'], { stack, property: id })),
  );
  return new Set(names);
}

function known(physical: ReadonlyMap<string, Physical>, resource: PlacedResource): Physical {
  const found = physical.get(placeOf(resource));
  if (!found) throw new Error(`${placeOf(resource)} was not named before it was started`);
  return found;
}

/** Whether it is one of the CDK's own functions, which run on deployment only. */
function servesCustomResource(resource: PlacedResource, resources: readonly PlacedResource[]): boolean {
  const reference = JSON.stringify({ 'Fn::GetAtt': [resource.id, 'Arn'] });
  return resources.some(
    other =>
      other.stack === resource.stack &&
      other.Type.startsWith('Custom::') &&
      JSON.stringify(other.Properties['ServiceToken']) === reference,
  );
}
