import '../local/functions/compile-cache.ts';
import { parseArgs } from 'node:util';
import { errorText } from '../functions/platform/errors.ts';
import { terminalReporter as report } from '../local/start/reporter.ts';
import { readModels } from '../local/start/model-settings.ts';
import type { LocalOptions, LocalWorld } from '../local/start/world.ts';

const usage = `Usage: npm start [-- --data DIR] [--fresh]

  --data DIR   where everything is kept (default .local)
  --fresh      forget everything that is kept there first

Environment:
  PORT             where to listen on 127.0.0.1 (default 3000)
  OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY
                   answers by a model of that provider; without any, by extracts
  LLM_PROVIDER     openai, anthropic or google, where several keys are set (default openai)
  MODEL_SMALL, MODEL_STRONG
                   provider:model, where a provider is openai, anthropic, gemini or compatible;
                   the small one (default gpt-5-mini, or its like) answers, the strong one
                   (default gpt-5.1, or its like) what is beyond it
  OPENAI_MODEL     a small model of OpenAI's, by its name alone
  OPENAI_BASE_URL  another provider that speaks the same protocol
  COMPATIBLE_BASE_URL, COMPATIBLE_API_KEY
                   a service that speaks chat completions, such as Ollama or vLLM, and its key if it wants one
  EMBEDDING_MODEL  ranks by meaning too: text-embedding-3-small, or one of the provider below
  EMBEDDING_BASE_URL, EMBEDDING_API_KEY
                   a provider of embeddings, and its key; by default those of OpenAI
  TALENTCENTRAL_USER_TOKEN_SECRET
                   what TalentCentral signs the tokens of its users with; without it they are guests
  INSPECT          functions to attach a debugger to: ChatApi,AdminApi
  XDG_STATE_HOME   where the admin key is left for the command line (default ~/.local/state)`;

/**
 * The first question should work at once, so a first start waits until so long after its beginning for the sample site.
 * Where it has taken longer already, it is ready without it, and says so.
 */
const sampleWithinMs = 7_000;
/** The first request starts the function that answers it, which takes long on a busy machine. */
const answersWithinMs = 180_000;

async function main(): Promise<void> {
  const startedAt = performance.now();
  const options = readOptions();
  if (!options) return report.say(usage);
  const stopping = stopOnSignals();
  report.say(`Switchboard starts, with its data in ${options.dataDirectory}`);
  // Loaded here, after the compile cache and the check of the options.
  const { startLocal } = await import('../local/start/world.ts');
  // The function that answers starts while the workspace is prepared.
  let model = Promise.resolve('unknown');
  const world = await startLocal({
    ...options,
    onServing: url => {
      model = modelName(url);
    },
  });
  stopping.stop = () => world.stop();
  report.say(summary(world, await model));
  const left = sampleWithinMs - (performance.now() - startedAt);
  const learned = await Promise.race([world.sampleLearned, after(Math.max(0, left))]);
  if (learned === undefined)
    report.say('the sample site is still being learned; until then it is not in answers');
  report.say(`ready in ${((performance.now() - startedAt) / 1000).toFixed(1)} s (stop with Ctrl-C)`);
  if (learned === undefined && (await world.sampleLearned)) report.say('the sample site is learned');
}

function readOptions(): LocalOptions | undefined {
  const values = readFlags();
  if (values.help) return undefined;
  const { env } = process;
  const port = Number(env['PORT'] || 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`PORT "${env['PORT']}": use a number from 0 (any free port) to 65535`);
  }
  const { warnings, ...models } = readModels(env);
  for (const warning of warnings) report.warn(warning);
  return {
    port,
    dataDirectory: values.data,
    fresh: values.fresh,
    ...models,
    buildPages: true,
    learnSampleSite: true,
    env,
    report,
  };
}

function readFlags() {
  try {
    return parseArgs({
      options: {
        data: { type: 'string', default: '.local' },
        fresh: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. To specify')[0] : String(error);
    throw new Error(`${reason}\nSee: npm start -- --help`, { cause: error });
  }
}

/** The first signal stops everything in order; a second one does not wait for that. */
function stopOnSignals(): { stop?: () => Promise<void> } {
  const stopping: { stop?: () => Promise<void> } = {};
  let signals = 0;
  const leave = () => {
    signals += 1;
    if (signals > 1 || !stopping.stop) process.exit(130);
    report.say('stopping');
    stopping.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGINT', leave);
  process.on('SIGTERM', leave);
  process.on('SIGHUP', leave);
  return stopping;
}

function summary({ workspace, url, keyFile, inbox, admin, widgetKey }: LocalWorld, model: string): string {
  return [
    `  workspace  ${workspace} (whoever signs in names it: X-Workspace-Id)`,
    `  chat       ${url}/`,
    `  widget     ${url}/widget/demo.html?key=${widgetKey}`,
    `  API docs   ${url}/docs`,
    `  sample     ${url}/sample/ (the website that it learns first)`,
    `  health     ${url}/api/health`,
    `  model      ${model}`,
    `  admin key  in ${keyFile}, with the password of ${admin.username}`,
    `  mails      ${inbox}/ (nothing is delivered)`,
  ].join('\n');
}

async function modelName(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(answersWithinMs) });
    const { model } = (await response.json()) as { model?: string };
    return model ?? `unknown: /api/health answers HTTP ${response.status}`;
  } catch (error) {
    return `unknown: ${errorText(error)}`;
  }
}

const after = (ms: number) =>
  new Promise<undefined>(resolve => {
    setTimeout(() => resolve(undefined), ms).unref();
  });

function fail(error: unknown): void {
  report.warn(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

try {
  await main();
} catch (error) {
  fail(error);
}
