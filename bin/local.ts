import '../local/compile-cache.ts';
import { parseArgs } from 'node:util';
import { errorText } from '../functions/platform/errors.ts';
import { terminalReporter as report } from '../local/reporter.ts';
import type { LocalOptions, LocalWorld } from '../local/world.ts';

const usage = `Usage: npm start [-- --data DIR] [--fresh]

  --data DIR   where everything is kept (default .local)
  --fresh      forget everything that is kept there first

Environment:
  PORT             where to listen on 127.0.0.1 (default 3000)
  OPENAI_API_KEY   answers by a model of OpenAI; without it, by extracts
  OPENAI_BASE_URL  another provider that speaks the same protocol
  OPENAI_MODEL     default gpt-5-mini`;

/** The first question should work at once, so a first start waits for the sample site: at least so long, unless it has taken so long already. */
const sampleWithinMs = { least: 3_000, sinceStart: 14_000 };

async function main(): Promise<void> {
  const startedAt = performance.now();
  const options = readOptions();
  if (!options) return report.say(usage);
  const stopping = stopOnSignals();
  report.say(`Switchboard starts, with its data in ${options.dataDirectory}`);
  // Loaded here, after the compile cache and the check of the options.
  const { startLocal } = await import('../local/world.ts');
  const world = await startLocal(options);
  stopping.stop = () => world.stop();
  const left = sampleWithinMs.sinceStart - (performance.now() - startedAt);
  const learned = await Promise.race([
    world.sampleLearned.then(() => true),
    after(Math.max(sampleWithinMs.least, left)),
  ]);
  report.say(await summary(world));
  if (!learned) report.say('the sample site is still being learned; questions about it work in a moment');
  report.say(`ready in ${((performance.now() - startedAt) / 1000).toFixed(1)} s (stop with Ctrl-C)`);
}

function readOptions(): LocalOptions | undefined {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: '.local' },
      fresh: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { env } = process;
  const port = Number(env['PORT'] || 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`PORT "${env['PORT']}": use a number from 0 (any free port) to 65535`);
  }
  const openAiBaseUrl = env['OPENAI_BASE_URL'] ?? '';
  if (openAiBaseUrl !== '' && !/^https?:$/.test(URL.parse(openAiBaseUrl)?.protocol ?? '')) {
    throw new Error('OPENAI_BASE_URL: use an http:// or https:// address');
  }
  return {
    port,
    dataDirectory: values.data,
    fresh: values.fresh,
    model: { openAiModel: env['OPENAI_MODEL'] || 'gpt-5-mini', openAiBaseUrl },
    openAiKey: env['OPENAI_API_KEY'] || undefined,
    buildPages: true,
    learnSampleSite: true,
    env,
    report,
  };
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

async function summary({ url, keyFile }: LocalWorld): Promise<string> {
  return [
    `  chat       ${url}/`,
    `  API docs   ${url}/docs`,
    `  sample     ${url}/sample/ (the website that it has learned)`,
    `  health     ${url}/api/health`,
    `  model      ${await modelName(url)}`,
    `  admin key  in ${keyFile}`,
  ].join('\n');
}

async function modelName(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(10_000) });
    const { model } = (await response.json()) as { model?: string };
    return model ?? `unknown: /api/health answers HTTP ${response.status}`;
  } catch (error) {
    return `unknown: ${errorText(error)}`;
  }
}

const after = (ms: number) =>
  new Promise<false>(resolve => {
    setTimeout(() => resolve(false), ms).unref();
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
