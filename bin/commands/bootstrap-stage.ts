import { ensureMode, frontMode, modesEffects } from '../../functions/assistant/index.ts';
import { epochSeconds } from '../../functions/platform/clock.ts';
import { type CommandEffects, usageError, type Terminal } from './command.ts';
import { CallerError } from '../../functions/platform/errors.ts';
import { type ModeName, randomIds, type WorkspaceId } from '../../functions/platform/ids.ts';
import { silentLog } from '../../functions/platform/log.ts';
import { silentMetrics } from '../../functions/platform/aws/metrics.ts';
import {
  accountsEffects,
  appointSuperAdmin,
  createApiKey,
  createSigningKeys,
  createWorkspace,
  dismissSuperAdmin,
  listApiKeys,
  lookUpName,
  rotateSigningKeys,
  type TenantsEffects,
  tenantsEffects,
} from '../../functions/tenants/index.ts';
import type { StageOutputs } from './stage-outputs.ts';
import { connectParameters, type Parameters } from '../../functions/admin/parameters.ts';

export interface BootstrapChoice {
  /** The name of the first workspace. */
  readonly name: string;
  readonly openAiKey: string | undefined;
  /** Creates and prints another admin key, although there is one. */
  readonly newKey: boolean;
  /** Signs visitor tokens with a new key from now on. */
  readonly rotate: boolean;
  /** The mail address of a person who shall administer every workspace. */
  readonly superAdmin: string | undefined;
  /** The mail address of a person who shall no longer administer every workspace. */
  readonly dismissedAdmin: string | undefined;
}

/**
 * Gives a deployed stage its secrets, and its first workspace with the front mode and an admin key. The key is printed
 * once. Every step keeps what is there, so the command may be repeated; that completes a run that was cut short.
 */
export async function bootstrapStage(
  stage: StageOutputs,
  { name, openAiKey, newKey, rotate, superAdmin, dismissedAdmin }: BootstrapChoice,
  { terminal, clock }: CommandEffects,
): Promise<void> {
  // The SDK's clients take their region from here; the stage's own, whatever the operator's default is.
  process.env['AWS_REGION'] = stage.Region;

  const parameters = connectParameters(stage.SecretsPrefix, stage.Region);
  terminal.note(await prepareSigningKeys(parameters, rotate));
  if (openAiKey) {
    await parameters.put('openai-api-key', openAiKey);
    terminal.note('Stored the OpenAI key; running functions take it up within five minutes.');
  }

  const base = { clock, ids: randomIds, log: silentLog, metrics: silentMetrics };
  const env = { TENANTS_TABLE: stage.TenantsTable, ASSISTANT_TABLE: stage.AssistantTable };
  const effects = { ...base, ...tenantsEffects(env), ...modesEffects(env) };
  const workspace = await firstWorkspace(name, effects);
  const { created } = await ensureMode(workspace, frontMode, effects);
  terminal.note(`Workspace "${workspace}" ${created ? 'has the new mode' : 'has its mode'} "${frontMode}".`);

  await showAdminKey(workspace, newKey, stage, terminal, effects);
  if (dismissedAdmin !== undefined) {
    const done = await dismissSuperAdmin(dismissedAdmin, effects);
    terminal.note(
      done ? `${dismissedAdmin} is no super admin any more.` : `There is no super admin ${dismissedAdmin}.`,
    );
  }
  if (superAdmin !== undefined) await showPasswordLink(superAdmin, stage, terminal, effects);
}

/** Creates and prints an admin key, unless there is one and no other is wanted. */
async function showAdminKey(
  workspace: WorkspaceId,
  another: boolean,
  stage: StageOutputs,
  terminal: Terminal,
  effects: TenantsEffects,
): Promise<void> {
  const keys = await listApiKeys(workspace, effects);
  const now = epochSeconds(effects.clock.now());
  const hasKey = keys.some(
    ({ scope, revokedAt, expires = Number.POSITIVE_INFINITY }) =>
      scope === 'admin' && revokedAt === undefined && expires > now,
  );
  if (hasKey && !another) {
    terminal.note('It has an admin key already. If that is lost, --new-key makes another.');
    return;
  }
  const { key } = await createApiKey(workspace, { name: 'bootstrap', scope: 'admin' }, effects);
  terminal.note('Its admin key, which is not shown again:');
  terminal.write(`${key}\n`);
  const url = stage.PublicUrl ?? "the stage's address";
  terminal.note(`Then: SWITCHBOARD_URL=${url} SWITCHBOARD_API_KEY=... npm run switchboard -- learn <url>`);
}

/** Appoints the super admin, and prints the link by which one without a password chooses it. */
async function showPasswordLink(
  email: string,
  { PublicUrl, UserPoolId, UserPoolClientId }: StageOutputs,
  terminal: Terminal,
  effects: TenantsEffects,
): Promise<void> {
  if (PublicUrl === undefined) throw usageError('bootstrap', '--super-admin: deploy the web stack first');
  const pool = { COGNITO_POOL_ID: UserPoolId, COGNITO_CLIENT_ID: UserPoolClientId, MAIL_FROM: '' };
  const { accounts } = accountsEffects(pool, effects);
  const link = await appointSuperAdmin(email, PublicUrl, { ...effects, accounts });
  terminal.note(`${email} administers every workspace.`);
  if (link === undefined) return;
  terminal.note(
    'They choose a password with this link. It works once, within three days, and is not shown again:',
  );
  terminal.write(`${link}\n`);
}

/** Creates the keys that sign visitor tokens, or rotates those that are there; says which. */
async function prepareSigningKeys(parameters: Parameters, rotate: boolean): Promise<string> {
  const name = 'visitor-signing-keys';
  if (await parameters.putIfAbsent(name, createSigningKeys(randomIds))) {
    return 'Created the keys that sign visitor tokens.';
  }
  const existing = rotate ? await parameters.get(name) : undefined;
  if (existing === undefined) return 'The keys that sign visitor tokens are there.';
  await parameters.put(name, rotateSigningKeys(existing, randomIds));
  return 'A new key signs visitor tokens within five minutes; tokens signed with the one before go on working.';
}

/** The workspace that has the front mode, else a new one of that name. */
async function firstWorkspace(name: string, effects: TenantsEffects): Promise<WorkspaceId> {
  const existing = await lookUpName('mode', frontMode, effects);
  if (existing) return existing.workspace;
  const id = slugOf(name) as WorkspaceId;
  try {
    return (await createWorkspace({ id, name, defaultMode: frontMode as ModeName }, effects)).id;
  } catch (error) {
    if (error instanceof CallerError)
      throw usageError('bootstrap', `--name ${name}: use some letters or digits`);
    throw error;
  }
}

const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-|-$/g, '');
