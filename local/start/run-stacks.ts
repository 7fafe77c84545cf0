import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalMode } from '../../functions/platform/http/local-mode.ts';
import { createResources } from '../emulators/create-resources.ts';
import type { DataDirectory } from './data-directory.ts';
import { type Endpoints, startAll } from '../emulators/start-all.ts';
import { eventSources, startPolling } from '../queues/event-sources.ts';
import { apiRoutes } from '../gateway/api-routes.ts';
import { distributionRules } from '../gateway/distribution.ts';
import { serveGateway } from '../gateway/gateway.ts';
import type { Listener } from '../gateway/listen.ts';
import { createResolver, type Physical } from '../template/intrinsics.ts';
import { openInvokeEndpoint } from '../functions/invoke-endpoint.ts';
import type { Reporter } from './reporter.ts';
import { checkResources } from '../template/resource-types.ts';
import { type FunctionOptions, type Functions, functionsOf } from '../functions/functions-of-template.ts';
import { resourcesOf, type StackTemplate } from '../template/template.ts';

export interface RunStacks {
  /** May resolve later: the emulators start meanwhile. */
  readonly stacks: Promise<StackTemplate[]>;
  readonly data: DataDirectory;
  /** The port on which the distribution will be served. */
  readonly listener: Listener;
  readonly localMode: LocalMode;
  /** The secrets that Secrets Manager would have. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly siteDirectory: string;
  readonly sampleDirectory: string;
  readonly report: Reporter;
}

export interface RunningStacks {
  readonly functions: Functions;
  readonly endpoints: Endpoints;
  /** The options of the functions, to start one that is not in the template. */
  readonly startOptions: FunctionOptions;
  stop(): Promise<void>;
}

/**
 * Runs the templates: creates the resources in emulators, polls the queues, serves the distribution, and starts each
 * function with its first call. When a later part fails, what was started is stopped.
 */
export async function runStacks(options: RunStacks): Promise<RunningStacks> {
  const { data, listener, localMode, report, secrets, siteDirectory, sampleDirectory } = options;
  const stops = new AsyncDisposableStack();
  try {
    const socketDirectory = mkdtempSync(join(tmpdir(), 'switchboard-'));
    stops.defer(() => rmSync(socketDirectory, { recursive: true, force: true }));
    const logDirectory = data.at('log');
    mkdirSync(logDirectory, { recursive: true });
    const emulators = startAll(kind => data.at(kind), stops, report);
    // Waits until both have ended before an error is thrown, so that nothing is left half started.
    await Promise.allSettled([options.stacks, emulators]);
    const [stacks, emulated] = await Promise.all([options.stacks, emulators]);
    const invokes = await openInvokeEndpoint();
    stops.defer(() => invokes.stop());
    const endpoints = { ...emulated, lambda: invokes.url };
    const resources = resourcesOf(stacks);
    checkResources(resources);
    const physical = new Map<string, Physical>();
    const resolve = createResolver(stacks, physical);
    await createResources(resources, endpoints, physical, resolve);
    const startOptions: FunctionOptions = {
      resources,
      physical,
      resolve,
      endpoints,
      localMode,
      socketDirectory,
      logDirectory,
      report,
    };
    const functions = functionsOf(startOptions);
    invokes.serve(functions.byArn.values());
    stops.defer(async () => {
      await Promise.all([...functions.processes.values()].map(process => process.stop()));
    });
    const routes = apiRoutes(resources, physical, functions.byArn, resolve);
    const rules = await distributionRules(resources, physical, resolve, async name => {
      const secret = secrets[name];
      if (secret === undefined) throw new Error(`the template asks for the secret ${name}, which is not set`);
      return secret;
    });
    const sources = eventSources(resources, physical, functions.byArn, resolve);
    const polling = startPolling(sources, endpoints.sqs, report);
    stops.defer(() => polling.stop());
    serveGateway(listener, { rules, routes, siteDirectory, sampleDirectory, report });
    return { functions, endpoints, startOptions, stop: () => stops.disposeAsync() };
  } catch (error) {
    await stops.disposeAsync();
    throw error;
  }
}
