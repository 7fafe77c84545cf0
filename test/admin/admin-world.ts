import type { AdminEffects } from '../../functions/admin/index.ts';
import { adminApp } from '../../functions/admin/routes.ts';
import type { IndexMessage } from '../../functions/knowledge/index.ts';
import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import { createApiKey, createWorkspace, makeSuperAdmin } from '../../functions/tenants/index.ts';
import { addMember } from '../../functions/tenants/members/store.ts';
import type { Role } from '../../functions/tenants/schema.ts';
import { emulatedBlobs, emulatedMail, emulatedQueue, emulatedTable } from '../support/emulated.ts';
import { startTenancy } from '../tenants/tenancy.ts';
import { startUserPool } from '../tenants/user-pool.ts';

export const acme = 'acme' as WorkspaceId;
export const globex = 'globex' as WorkspaceId;
export const publicUrl = 'https://switchboard.example.org';

/** The admin API over emulators: two workspaces, a user pool, an inbox. The clock stands still. */
export async function startAdmin() {
  const stops = new AsyncDisposableStack();
  const kept = async <T extends { stop(): Promise<unknown> }>(starting: Promise<T>): Promise<T> => {
    const started = await starting;
    stops.defer(async () => void (await started.stop()));
    return started;
  };
  const tenancy = await kept(startTenancy());
  // The pool has the machine's clock, and its tokens are of now.
  tenancy.world.now = Math.floor(Date.now() / 1000) * 1000;
  const [
    assistant,
    scraper,
    analytics,
    knowledge,
    scrapeQueue,
    planQueue,
    indexQueue,
    parseQueue,
    documents,
    mail,
    pool,
  ] = await Promise.all([
    kept(emulatedTable()),
    kept(emulatedTable()),
    kept(emulatedTable()),
    kept(emulatedTable()),
    kept(emulatedQueue<never>()),
    kept(emulatedQueue<never>()),
    kept(emulatedQueue<IndexMessage>(true)),
    kept(emulatedQueue<never>()),
    kept(emulatedBlobs()),
    kept(emulatedMail()),
    kept(startUserPool(tenancy.effects.clock)),
  ]);
  const effects: AdminEffects = {
    ...tenancy.effects,
    secrets: {
      get: async name => (name === 'public-base-url' ? publicUrl : tenancy.effects.secrets.get(name)),
    },
    assistant: assistant.table,
    scraper: scraper.table,
    analytics: analytics.table,
    scrapeQueue: scrapeQueue.queue,
    planQueue: planQueue.queue,
    indexQueue: indexQueue.queue,
    knowledge: knowledge.table,
    parseQueue: parseQueue.queue,
    documents: documents.blobs,
    presigner: documents.presigner,
    resolve: async () => ['93.184.216.34'],
    accounts: pool.accounts,
    mail: mail.mail,
    sendsMail: true,
  };
  for (const id of [acme, globex]) {
    await createWorkspace({ id, name: id.toUpperCase(), defaultMode: `${id}-mode` as ModeName }, effects);
  }
  const app = adminApp(effects);
  return {
    app,
    effects,
    pool,
    clock: tenancy.world,
    inbox: mail.inbox,
    /** What the index writer is to do. */
    toIndex: () => indexQueue.receive(),
    key: async (workspace: WorkspaceId, scope: 'admin' | 'chat' = 'admin') =>
      createApiKey(workspace, { name: scope, scope }, effects),
    /** A person who has signed in, with the right roles. */
    async person(email: string, roles: Partial<Record<string, Role>> = {}, superAdmin = false) {
      const person = await pool.person(email);
      for (const [workspace, role] of Object.entries(roles)) {
        const membership = {
          sub: person.sub,
          email,
          role: role ?? 'viewer',
          createdAt: '2026-01-01T00:00:00Z',
        };
        await addMember(workspace as WorkspaceId, membership, effects);
      }
      if (superAdmin) await makeSuperAdmin(person, effects);
      return person;
    },
    /** A request; `as`: a bearer. */
    async call(
      method: string,
      path: string,
      {
        as,
        body,
        headers = {},
      }: { as?: string | undefined; body?: unknown; headers?: Record<string, string> } = {},
    ) {
      // As bytes, as a function gets a form.
      const form = body instanceof FormData ? new Response(body) : undefined;
      const type = form?.headers.get('content-type');
      const response = await app.request(path, {
        method,
        headers: {
          ...headers,
          ...(as === undefined ? {} : { authorization: `Bearer ${as}` }),
          ...(type ? { 'content-type': type } : {}),
        },
        ...(body === undefined ? {} : { body: form ? await form.arrayBuffer() : textOf(body) }),
      });
      // oxlint-disable-next-line typescript/no-explicit-any -- each test asserts the form that it expects
      return { status: response.status, headers: response.headers, body: (await response.json()) as any };
    },
    stop: () => stops.disposeAsync(),
  };
}

const textOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));

export type AdminWorld = Awaited<ReturnType<typeof startAdmin>>;
