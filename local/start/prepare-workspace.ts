import { ensureMode, modesEffects, modesEnv } from '../../functions/assistant/index.ts';
import { chatEnv, forgetOutage } from '../../functions/chat/index.ts';
import { connectTable } from '../../functions/platform/aws/table.ts';
import { realEffects } from '../../functions/platform/effects.ts';
import { readEnv } from '../../functions/platform/env.ts';
import type { KeyId } from '../../functions/platform/ids.ts';
import {
  type AccountsEffects,
  accountsEffects,
  accountsEnv,
  changeWidget,
  changeWorkspace,
  createApiKey,
  createWidgetKey,
  createWorkspace,
  listWidgetKeys,
  makeSuperAdmin,
  revokeApiKey,
  type TenantsEffects,
  type WidgetKey,
  tenantsEffects,
  tenantsEnv,
} from '../../functions/tenants/index.ts';
import { demo } from './demo.ts';

/** The texts of the mode, about the sample site that it learns first. */
const demoMode = {
  name: demo.mode,
  title: "Tern Harbour Makers' Hall",
  color: '#0b6b55',
  intro:
    'Ask about opening hours, membership, workshops and borrowing tools. Each answer links to where it stands.',
  prompts: [
    'When is the hall open on Saturdays?',
    'How long can I borrow a tool?',
    'What happens when I return a tool late?',
    'May I bring my dog?',
  ],
};

export interface PreparedWorkspace {
  readonly key: string;
  readonly keyId: string;
  /** For the page that demonstrates the widget. */
  readonly widgetKey: string;
  /** May sign in, and act in every workspace. */
  readonly admin: { readonly username: string; readonly password: string };
}

/**
 * Creates the demo workspace, its mode and a super admin unless they exist, sets the workspace's site to `url`, and
 * creates the admin key of this start. The key of the start before is revoked, and the super admin's password is
 * replaced, since nobody has them any more. Health forgets how the model did. It runs as a function of its own, with
 * the environment that the template gives to the others.
 */
export async function prepareWorkspace({
  url,
  revoke,
}: {
  url: string;
  revoke?: string;
}): Promise<PreparedWorkspace> {
  const env = readEnv([...tenantsEnv, ...accountsEnv, ...modesEnv, ...chatEnv]);
  const base = realEffects('local-start');
  const effects = {
    ...base,
    ...tenantsEffects(env),
    ...modesEffects(env),
    ...accountsEffects(env, base),
  };
  const { site } = await createWorkspace(
    // In the paid tier, so that questions escalate to the strong model here too.
    { id: demo.workspace, name: 'Demo', defaultMode: demo.mode, tier: 'paid' },
    effects,
  );
  if (isOfAStart(site)) await changeWorkspace(byTheStart, { site: url }, effects);
  await ensureMode(demo.workspace, demoMode, effects);
  // A start may have other keys and models than the one in which the model failed.
  await forgetOutage({ chat: connectTable(env.CHAT_TABLE) });
  if (revoke !== undefined) {
    // The key may be gone: an operator deleted it, or the table was emptied.
    await revokeApiKey(demo.workspace, revoke as KeyId, effects).catch(() => undefined);
  }
  const { key, keyId } = await createApiKey(demo.workspace, { name: 'local start', scope: 'admin' }, effects);
  const [widget = await prepareWidget(effects)] = await listWidgetKeys(demo.workspace, effects);
  return { key, keyId, widgetKey: widget.key, admin: await prepareSuperAdmin(effects) };
}

/** Makes the first key, and calls the widget as its mode is called. A later start leaves the name to its owner. */
async function prepareWidget(effects: TenantsEffects): Promise<WidgetKey> {
  await changeWidget(demo.workspace, { widgetName: demoMode.title }, effects);
  return createWidgetKey(demo.workspace, { name: 'demonstration' }, effects);
}

/** The widget may be shown there, so its key works with curl too. */
const byTheStart = {
  workspace: demo.workspace,
  actor: 'local start',
  role: 'owner',
  superAdmin: true,
} as const;

/** Whether an earlier start has set the site, not a person. It may have had another port. */
const isOfAStart = (site: string | undefined): boolean =>
  site === undefined || URL.parse(site)?.hostname === '127.0.0.1';

const adminAddress = 'admin@laptop.invalid';

/** Creates the super admin, or gives them a new password, with every kind of character that a user pool may ask for. */
async function prepareSuperAdmin(
  effects: TenantsEffects & Pick<AccountsEffects, 'accounts'>,
): Promise<PreparedWorkspace['admin']> {
  const { sub, email } = await effects.accounts.create(adminAddress);
  const password = `${effects.ids.secret(18)}-Aa1`;
  if ((await effects.accounts.setPassword(sub, password)) !== 'set') {
    throw new Error('the user pool did not take the password of the local super admin');
  }
  await makeSuperAdmin({ sub, email }, effects);
  return { username: email, password };
}
