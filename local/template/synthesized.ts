import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fileFingerprint, repository } from '../start/repository.ts';
import { type StackTemplate, stacksSchema } from './template.ts';

const synthesizeWithinMs = 120_000;

/** The settings that may change from start to start. */
export interface ModelParameters {
  readonly smallModel: string;
  readonly strongModel: string;
  /** Empty for the provider's own address. */
  readonly openAiBaseUrl: string;
  /** Empty where `compatible:` models are not used. */
  readonly compatibleBaseUrl: string;
  /** Empty for no embedder; then the template has nothing of it. */
  readonly embeddingModel: string;
  /** Empty for the address of the model. */
  readonly embeddingBaseUrl: string;
}

/**
 * These are in the template in place of the settings, which are filled in later. So one synthesis serves every start.
 */
const standIns: ModelParameters = {
  smallModel: 'small-model-of-the-local-start',
  strongModel: 'strong-model-of-the-local-start',
  openAiBaseUrl: 'https://base-url-of-the-local-start.invalid',
  compatibleBaseUrl: 'https://compatible-url-of-the-local-start.invalid',
  embeddingModel: 'embedder-of-the-local-start',
  embeddingBaseUrl: 'https://embedder-url-of-the-local-start.invalid',
};

/** The sender of mails in the local inbox. They are not delivered. */
const sender = 'switchboard@laptop.invalid';

/**
 * The stacks of the CDK app, for the stage `local`. An earlier synthesis in `cacheDirectory` is used again while no
 * source of the infrastructure has changed. Throws with the CDK's output when the synthesis fails.
 */
export async function synthesized(
  settings: ModelParameters,
  cacheDirectory: string,
): Promise<StackTemplate[]> {
  // An embedder changes which resources are in the template, not only names in it.
  const kind = settings.embeddingModel === '' ? 'template' : 'template-embedding';
  const cached = join(cacheDirectory, `${kind}-${await fingerprint()}.json`);
  let text = await readFile(cached, 'utf8').catch(() => undefined);
  if (text === undefined) {
    await mkdir(cacheDirectory, { recursive: true });
    const written = `${cached}.${process.pid}`;
    await synthesize(written, settings.embeddingModel === '' ? { embeddingModel: '' } : {});
    await rename(written, cached);
    text = await readFile(cached, 'utf8');
  }
  return stacksSchema.parse(JSON.parse(fillIn(text, settings)));
}

function fillIn(text: string, settings: ModelParameters): string {
  const inJson = (value: string) => JSON.stringify(value).slice(1, -1);
  return text
    .replaceAll(standIns.smallModel, () => inJson(settings.smallModel))
    .replaceAll(standIns.strongModel, () => inJson(settings.strongModel))
    .replaceAll(standIns.compatibleBaseUrl, () => inJson(settings.compatibleBaseUrl))
    .replaceAll(standIns.openAiBaseUrl, () => inJson(settings.openAiBaseUrl))
    .replaceAll(standIns.embeddingModel, () => inJson(settings.embeddingModel))
    .replaceAll(standIns.embeddingBaseUrl, () => inJson(settings.embeddingBaseUrl || settings.openAiBaseUrl));
}

async function synthesize(out: string, without: Partial<ModelParameters>): Promise<void> {
  const program = fileURLToPath(new URL('synthesize.ts', import.meta.url));
  const settings = JSON.stringify({ stage: 'local', mailFrom: sender, ...standIns, ...without });
  try {
    await promisify(execFile)(process.execPath, ['--no-deprecation', program, out, settings], {
      cwd: repository,
      timeout: synthesizeWithinMs,
      maxBuffer: 16 * 1024 * 1024,
    });
  } catch (error) {
    const { stderr, stdout } = error as { stderr?: string; stdout?: string };
    const said = `${stdout ?? ''}${stderr ?? ''}`.trim();
    throw new Error(`the infrastructure does not synthesize:\n${said}`, { cause: error });
  }
}

/**
 * A hash of everything that the templates are made from: the sources of `lib`, the environment names, the CDK's
 * version.
 */
async function fingerprint(): Promise<string> {
  const [lib, functions] = await Promise.all(
    ['lib', 'functions'].map(folder => readdir(join(repository, folder), { recursive: true })),
  );
  return fileFingerprint([
    'package-lock.json',
    'functions/capabilities.ts',
    'functions/route-registry.ts',
    'local/template/synthesize.ts',
    'local/template/synthesized.ts',
    ...(lib ?? []).filter(file => file.endsWith('.ts')).map(file => `lib/${file}`),
    ...(functions ?? []).filter(file => basename(file) === 'env.ts').map(file => `functions/${file}`),
  ]);
}
