import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { assistantEffects, ensureMode } from '../assistant/index.ts';
import { type Command, CommandError, exitCodes, misuse, parseCommandLine } from '../platform/command.ts';
import { CallerError } from '../platform/errors.ts';
import { type ModeName, randomIds, type WorkspaceId } from '../platform/ids.ts';
import { silentLog } from '../platform/log.ts';
import { silentMetrics } from '../platform/metrics.ts';
import {
  createApiKey,
  createSigningKeys,
  createWorkspace,
  listApiKeys,
  lookUpName,
  type TenantsEffects,
} from '../tenants/index.ts';
import { connectParameters } from './parameters.ts';

export const bootstrap: Command = {
  verb: 'bootstrap',
  summary: 'give a deployed stage its secrets, its first workspace and an admin key',
  help: `Usage: switchboard bootstrap --outputs cdk-outputs.json [--name NAME] [--openai-key-from-env] [--new-key]

Needs the AWS credentials of the operator who deployed the stage. It may be repeated: what is there stays.

  --outputs FILE          written by: cdk deploy --all --outputs-file FILE
  --name NAME             the name of the first workspace (default: Main)
  --openai-key-from-env   stores OPENAI_API_KEY for the stage (an encrypted SSM parameter)
  --new-key               prints another admin key, if the first was lost

The admin key is printed once: keep it, and set SWITCHBOARD_URL and SWITCHBOARD_API_KEY for the other commands.`,

  async run(args, { terminal, env, clock }) {
    const { values, positionals } = parseCommandLine('bootstrap', args, {
      outputs: { type: 'string' },
      name: { type: 'string', default: 'Main' },
      'openai-key-from-env': { type: 'boolean' },
      'new-key': { type: 'boolean' },
    });
    if (values.outputs === undefined || positionals.length > 0) {
      throw misuse('bootstrap', 'which stage? --outputs cdk-outputs.json');
    }
    const openAiKey = values['openai-key-from-env'] ? env['OPENAI_API_KEY'] : undefined;
    if (values['openai-key-from-env'] && !openAiKey) throw misuse('bootstrap', 'OPENAI_API_KEY is not set');
    const stage = await readOutputs(values.outputs);
    // The SDK's clients take their region from here; the stage's own, whatever the operator's default is.
    process.env['AWS_REGION'] = stage.Region;

    const parameters = connectParameters(stage.SecretsPrefix, stage.Region);
    const isNew = await parameters.putIfAbsent('visitor-signing-keys', createSigningKeys(randomIds));
    terminal.note(
      isNew ? 'Created the keys that sign visitor tokens.' : 'The keys that sign visitor tokens are there.',
    );
    if (openAiKey) {
      await parameters.put('openai-api-key', openAiKey);
      terminal.note('Stored the OpenAI key; running functions take it up within five minutes.');
    }

    const base = { clock, ids: randomIds, log: silentLog, metrics: silentMetrics };
    const effects = assistantEffects({ ...unused, ...namesOf(stage) }, base);
    const workspace = await firstWorkspace(values.name, effects);
    const { created } = await ensureMode(workspace, frontMode, effects);
    terminal.note(
      `Workspace "${workspace}" ${created ? 'has the new mode' : 'has its mode'} "${frontMode}".`,
    );

    const keys = await listApiKeys(workspace, effects);
    const hasKey = keys.some(({ scope, revokedAt }) => scope === 'admin' && revokedAt === undefined);
    if (hasKey && !values['new-key']) {
      terminal.note('It has an admin key, which is not shown again; if it is lost: --new-key.');
      return exitCodes.done;
    }
    const { key } = await createApiKey(workspace, { name: 'bootstrap', scope: 'admin' }, effects);
    terminal.note('Its admin key, shown this once:');
    terminal.write(`${key}\n`);
    const url = stage.PublicUrl ?? "the stage's address";
    terminal.note(`Then: SWITCHBOARD_URL=${url} SWITCHBOARD_API_KEY=... npm run switchboard -- learn <url>`);
    return exitCodes.done;
  },
};

/** The mode of the stage's chat page. */
const frontMode = 'default';

/** Nothing here reads the index or asks a model. */
const unused = {
  KNOWLEDGE_TABLE: '',
  KNOWLEDGE_BUCKET: '',
  KNOWLEDGE_INDEX_URI: '',
  INDEX_QUEUE_URL: '',
  OPENAI_MODEL: '',
  OPENAI_BASE_URL: '',
};

const outputs = z.object({
  Region: z.string(),
  SecretsPrefix: z.string(),
  TenantsTable: z.string(),
  AssistantTable: z.string(),
  PublicUrl: z.string().optional(),
});
type Outputs = z.output<typeof outputs>;

const namesOf = ({ TenantsTable, AssistantTable, SecretsPrefix }: Outputs) => ({
  TENANTS_TABLE: TenantsTable,
  ASSISTANT_TABLE: AssistantTable,
  SECRETS_PREFIX: SecretsPrefix,
});

/** The outputs of all stacks in the file, as one. */
async function readOutputs(path: string): Promise<Outputs> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new CommandError(exitCodes.usage, `can not read ${path}: deploy with --outputs-file ${path} first`);
  });
  try {
    const stacks = z.record(z.string(), z.record(z.string(), z.string())).parse(JSON.parse(text));
    return outputs.parse(Object.assign({}, ...Object.values(stacks)));
  } catch {
    const wanted = Object.keys(outputs.shape).join(', ');
    throw new CommandError(exitCodes.usage, `${path} is not the outputs of a stage (${wanted})`);
  }
}

/** The workspace that has the front mode, else a new one of that name. */
async function firstWorkspace(name: string, effects: TenantsEffects): Promise<WorkspaceId> {
  const existing = await lookUpName('mode', frontMode, effects);
  if (existing) return existing.workspace;
  const id = slugOf(name) as WorkspaceId;
  try {
    return (await createWorkspace({ id, name, defaultMode: frontMode as ModeName }, effects)).id;
  } catch (error) {
    if (error instanceof CallerError) throw misuse('bootstrap', `--name ${name}: use some letters or digits`);
    throw error;
  }
}

const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '');
