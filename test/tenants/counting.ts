import type { WorkspaceId } from '../../functions/platform/ids.ts';
import type { MailMessage } from '../../functions/platform/aws/mail.ts';
import type { NoticeEffects, Workspace } from '../../functions/tenants/index.ts';
import { workspaceDefaults } from '../../functions/tenants/workspaces/workspace.ts';
import { startTenancy } from './tenancy.ts';

/** A deployment that counts turns: real emulated tables, a clock that a test moves, an outbox in place of SES. */
export async function startCounting() {
  const tenancy = await startTenancy();
  const outbox: MailMessage[] = [];
  const post = { refuses: undefined as Error | undefined };
  const effects: NoticeEffects = {
    ...tenancy.effects,
    mail: {
      async send(message) {
        if (post.refuses) throw post.refuses;
        outbox.push(message);
      },
    },
  };
  return {
    effects,
    world: tenancy.world,
    counts: tenancy.effects.limits,
    outbox,
    post,
    stop: () => tenancy.stop(),
  };
}

export type Counting = Awaited<ReturnType<typeof startCounting>>;

let made = 0;
/** A workspace that nobody else in this test process has. */
export const newWorkspace = (settings: Partial<Workspace> = {}): Workspace => ({
  ...workspaceDefaults,
  id: `w-${++made}` as WorkspaceId,
  name: 'Acme',
  defaultMode: 'default' as Workspace['defaultMode'],
  createdAt: '2026-03-01T09:00:00.000Z',
  ...settings,
});
