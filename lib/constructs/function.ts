import { basename, join } from 'node:path';
import { type Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type CfnFunction,
  type Code,
  type ILayerVersion,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { repository } from './bundling.ts';

/**
 * What a function is given to act in a capability: the environment that the capability's `env.ts` names, and the rights
 * that go with it. A name that `env.ts` has and the value lacks does not compile.
 */
export interface Use<Name extends string = string> {
  readonly environment: Readonly<Record<Name, string>>;
  allow(grantee: HouseFunction): void;
}

export interface HouseFunctionProps {
  /** The source file, from the repository's root: `functions/chat/handler.ts`. */
  readonly entry: string;
  /** The export of that file that Lambda calls. */
  readonly handler: string;
  /** Where it is not bundled as the others are: for a function that people wait for. */
  readonly code?: Code;
  readonly description: string;
  readonly timeout: Duration;
  /** MB; 1769 buys one processor. */
  readonly memory: number;
  /** MB of /tmp; 512 when absent. */
  readonly scratch?: number;
  readonly uses: readonly Use[];
  /** The native library of the search index, for the functions that open it. */
  readonly index?: ILayerVersion;
  /** What else it needs beside its bundle. */
  readonly layers?: readonly ILayerVersion[];
  /** The source file of a process that the function starts. It is bundled beside, as `<name>.mjs`. */
  readonly process?: string;
  /** How many may run at a time, taken from what the account allows. Absent: as many as are asked for. */
  readonly reserved?: number | undefined;
}

/**
 * How esbuild makes one file of a function. Layers bring what is external: the native library of the index. Embedding
 * models are reached over HTTP, never run inside a function. Names are kept for the stacks of logged errors.
 */
const bundling: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
  externalModules: ['@lancedb/lancedb-*', '@huggingface/transformers'],
  // Packages in CommonJS call `require`, which a module does not have.
  banner:
    "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
};

/** Bundles the process that a function starts, with the same options. */
const besides = (source: string) => ({
  beforeBundling: () => [],
  beforeInstall: () => [],
  afterBundling: (_: string, output: string) => [
    [
      'npx --no-install esbuild --bundle --platform=node --format=esm --target=node24 --minify --keep-names',
      '--main-fields=module,main',
      `--banner:js=${JSON.stringify(bundling.banner)}`,
      `--outfile=${JSON.stringify(join(output, `${basename(source, '.ts')}.mjs`))}`,
      JSON.stringify(join(repository, source)),
    ].join(' '),
  ],
});

/**
 * A Lambda function as this product runs them: Node 24 on x86-64, bundled by esbuild, its own log group kept for 30
 * days and a role that can write to that log group and do what its uses allow. Its metadata names source and export, by
 * which the local world runs it without a bundle.
 */
export class HouseFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, props: HouseFunctionProps) {
    const {
      entry,
      handler,
      code,
      description,
      timeout,
      memory,
      scratch,
      uses,
      index,
      layers = [],
      process: started,
      reserved,
    } = props;
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.X86_64,
      handler: `index.${handler}`,
      entry: join(repository, entry),
      depsLockFilePath: join(repository, 'package-lock.json'),
      bundling: started === undefined ? bundling : { ...bundling, commandHooks: besides(started) },
      ...(code ? { code } : {}),
      timeout,
      memorySize: memory,
      ...(scratch === undefined ? {} : { ephemeralStorageSize: Size.mebibytes(scratch) }),
      ...(index || layers.length > 0 ? { layers: [...(index ? [index] : []), ...layers] } : {}),
      ...(reserved === undefined ? {} : { reservedConcurrentExecutions: reserved }),
      environment: {
        ...Object.assign({}, ...uses.map(use => use.environment)),
        // LanceDB deadlocks on two processors with fewer threads; read once, when its native library loads.
        ...(index ? { LANCE_CPU_THREADS: '4' } : {}),
        // Two stages of one account do not add up their metrics.
        POWERTOOLS_METRICS_NAMESPACE: metricNamespaceOf(scope),
      },
      role,
      logGroup,
      tracing: Tracing.ACTIVE,
    });
    acknowledge(role, 'IAM5[Resource::*]', 'X-Ray accepts trace segments on no other resource than *.');
    const resource = this.node.defaultChild as CfnFunction;
    resource.addMetadata('switchboard:entry', entry);
    resource.addMetadata('switchboard:handler', handler);
    for (const use of uses) use.allow(this);
  }

  /** Lets the function do `actions` on `resources`, which name no wildcard action. */
  allow(actions: string[], resources: string[]): void {
    this.addToRolePolicy(new PolicyStatement({ actions, resources }));
  }
}

/** The CloudWatch namespace of a stage's own metrics. */
export const metricNamespaceOf = (scope: Construct): string =>
  `Switchboard/${String(Stack.of(scope).node.getContext('stage'))}`;
