import { existsSync } from 'node:fs';
import { resolve as absolute, join } from 'node:path';
import { errorText } from '../../functions/platform/errors.ts';
import { buildSite, siteDirectory } from './build-site.ts';
import { checkDataDirectory, type DataDirectory, takeDataDirectory } from './data-directory.ts';
import { functionProcess } from '../functions/function-process.ts';
import { listen } from '../gateway/listen.ts';
import { localKeyFile, removeKeyFile, writeKeyFile } from './key-file.ts';
import { lambdaFunction } from '../functions/lambda-function.ts';
import { forgetSample, learnSample } from './learn-sample.ts';
import { demo } from './demo.ts';
import type { PreparedWorkspace } from './prepare-workspace.ts';
import type { Reporter } from './reporter.ts';
import { repository } from './repository.ts';
import { type RunningStacks, runStacks } from './run-stacks.ts';
import { addSecret, fillSecretsFile, type ModelKeys } from './secrets-file.ts';
import { runtimeEnvironment } from '../functions/functions-of-template.ts';
import { type ModelParameters, synthesized } from '../template/synthesized.ts';

export interface LocalOptions {
  /** 0 for any free port. */
  readonly port: number;
  readonly dataDirectory: string;
  /** Empties the data directory first. */
  readonly fresh: boolean;
  readonly model: ModelParameters;
  /** The providers' keys; without one, answers are extracts. */
  readonly modelKeys: ModelKeys;
  /** Of the embedder, where it is not OpenAI's own. */
  readonly embeddingKey: string | undefined;
  /** Builds the pages when they have changed; without it, what was built last is served. */
  readonly buildPages: boolean;
  readonly learnSampleSite: boolean;
  /** Keeps synthesized templates from start to start. Without it they are in the data directory. */
  readonly templateCache?: string;
  /** Decides where key files are kept. */
  readonly env: NodeJS.ProcessEnv;
  readonly report: Reporter;
  /** Called when requests are taken. The workspace is prepared meanwhile. */
  readonly onServing?: (url: string) => void;
}

export interface LocalWorld {
  readonly url: string;
  readonly port: number;
  readonly adminKey: string;
  /** The id of the workspace that is open. */
  readonly workspace: string;
  /** Public. For the page that demonstrates the widget. */
  readonly widgetKey: string;
  /** May sign in and act in every workspace. The password is valid for this start. */
  readonly admin: { readonly username: string; readonly password: string };
  /** The inbox for all mails: a page at `/`, JSON at `/store`. */
  readonly inbox: string;
  readonly keyFile: string;
  readonly dataDirectory: string;
  /** `ChatApi`, `ChatRunWorker`, ... */
  readonly functionNames: readonly string[];
  /** True once the mode `default` answers from the sample site. False when that failed, which has been reported. */
  readonly sampleLearned: Promise<boolean>;
  /** Kills a function's process as if it had run out of memory; its next call starts it again. */
  kill(functionName: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the whole product on this machine. Resolves when it takes requests. Rejects when a part does not start: the
 * error says which, after how long, and what to do.
 */
export async function startLocal(options: LocalOptions): Promise<LocalWorld> {
  const directory = absolute(options.dataDirectory);
  const stops = new AsyncDisposableStack();
  const stopping = new AbortController();
  try {
    // Comes first: where the port is taken, no directory is made or emptied.
    const listener = await listen(options.port).catch(error => {
      // The start that has the port may have the directory too, which says more.
      checkDataDirectory(directory);
      throw error;
    });
    stops.defer(() => listener.stop());
    const data = takeDataDirectory(directory, options.fresh);
    stops.defer(() => data.release());
    const secretsFile = data.at('secrets.json');
    const secrets = fillSecretsFile(secretsFile, options.modelKeys, options.embeddingKey);
    const localMode = {
      openWorkspace: demo.workspace,
      secretsFile,
      indexDirectory: data.at('index'),
    };
    const pages = options.buildPages ? buildSite() : Promise.resolve();
    // Awaited below: by then a failure can stop what has been started.
    pages.catch(() => {});
    const running = await runStacks({
      ...options,
      listener,
      data,
      localMode,
      secrets,
      siteDirectory,
      sampleDirectory: join(repository, 'sample-site'),
      stacks: synthesized(options.model, options.templateCache ?? data.at('cache')),
    });
    stops.defer(() => running.stop());
    const { url, port } = listener;
    addSecret(secretsFile, 'public-base-url', url);
    options.onServing?.(url);
    const prepared = await prepare(running, data, url);
    const keyFile = localKeyFile(port, options.env);
    writeKeyFile(keyFile, { url, key: prepared.key, admin: prepared.admin });
    stops.defer(() => removeKeyFile(keyFile));
    data.announce(url);
    await pages;
    return {
      url,
      port,
      adminKey: prepared.key,
      workspace: demo.workspace,
      widgetKey: prepared.widgetKey,
      admin: prepared.admin,
      inbox: running.endpoints.ses,
      keyFile,
      dataDirectory: data.path,
      functionNames: [...running.functions.processes.keys()],
      sampleLearned: options.learnSampleSite
        ? learnSampleOnce(url, prepared.key, data, options.report, stopping.signal)
        : Promise.resolve(false),
      async kill(name) {
        const process = running.functions.processes.get(name);
        const known = [...running.functions.processes.keys()].join(', ');
        if (!process) throw new Error(`no function ${name}; there are ${known}`);
        await process.kill();
      },
      stop() {
        stopping.abort();
        return stops.disposeAsync();
      },
    };
  } catch (error) {
    await stops.disposeAsync();
    throw error;
  }
}

/** For a busy machine. It usually takes one second. */
const prepareWithinSeconds = 180;

/** Runs `prepare-workspace.ts` once, with the environments of all functions of the template. */
async function prepare(
  { startOptions, functions, endpoints }: RunningStacks,
  data: DataDirectory,
  url: string,
) {
  const name = 'LocalStart';
  const memoryMb = 512;
  const process = functionProcess({
    name,
    entry: 'local/start/prepare-workspace.ts',
    handler: 'prepareWorkspace',
    environment: {
      ...Object.assign({}, ...functions.environments),
      ...runtimeEnvironment(name, memoryMb, endpoints),
    },
    localMode: startOptions.localMode,
    socketDirectory: startOptions.socketDirectory,
    logFile: join(startOptions.logDirectory, `${name}.log`),
    idleMs: 60_000,
    report: startOptions.report,
  });
  try {
    const called = lambdaFunction(
      { name, arn: name, memoryMb, timeoutSeconds: prepareWithinSeconds },
      process,
    );
    const state = data.readState();
    const prepared = (await called.invoke({ url, revoke: state.adminKeyId })) as PreparedWorkspace;
    data.writeState({ ...state, adminKeyId: prepared.keyId });
    return prepared;
  } finally {
    await process.stop();
  }
}

async function learnSampleOnce(
  url: string,
  key: string,
  data: DataDirectory,
  report: Reporter,
  stopping: AbortSignal,
): Promise<boolean> {
  const learnedAt = data.readState().sampleLearnedAt;
  if (learnedAt === url) return true;
  if (!existsSync(join(repository, 'sample-site'))) return false;
  try {
    await learnSample(url, key);
    if (learnedAt !== undefined) await forgetSample(url, key, learnedAt);
    data.writeState({ ...data.readState(), sampleLearnedAt: url });
    return true;
  } catch (error) {
    if (!stopping.aborted) report.warn(`the sample site was not learned: ${errorText(error)}`);
    return false;
  }
}
