import type { Capability } from './capabilities.ts';

/** The functions that serve HTTP. */
export const apis = ['chat', 'admin'] as const;
export type ApiName = (typeof apis)[number];

/** Operations by their ids, each as `METHOD /path`; a parameter is written as OpenAPI writes it. */
type Operations = Readonly<Record<string, `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`>>;

/** Operations that are served by one app, which is loaded with the first request for one of them. */
export interface Door {
  readonly api: ApiName;
  readonly operations: Operations;
}

const chat = <const O extends Operations>(operations: O) => ({ api: 'chat', operations }) as const;
const admin = <const O extends Operations>(operations: O) => ({ api: 'admin', operations }) as const;

/**
 * Every route of the product: a row for each capability, with its doors. It is the only place where a path is written.
 * Endpoints take theirs from here, and so do the functions' doors, API Gateway, the distribution and, by the template,
 * the local gateway. Data alone, so that it costs a cold start nothing and nobody reaches a capability through it.
 */
export const routes = {
  tenants: {
    accounts: admin({
      signIn: 'POST /admin/login',
      renewSignIn: 'POST /api/refresh-token',
      beginPasswordReset: 'POST /admin/reset/initiate',
      finishPasswordReset: 'POST /admin/reset/token',
      readUser: 'GET /admin/user',
    }),
    workspaces: admin({
      listWorkspaces: 'GET /admin/workspaces',
      createWorkspace: 'POST /admin/workspaces',
      readWorkspace: 'GET /admin/workspaces/{workspace_id}',
      changeWorkspace: 'PATCH /admin/workspaces/{workspace_id}',
    }),
    members: admin({
      listMembers: 'GET /admin/members',
      inviteMember: 'POST /admin/members',
      changeRole: 'PATCH /admin/members/{user_id}',
      removeMember: 'DELETE /admin/members/{user_id}',
    }),
    keys: admin({
      listKeys: 'GET /admin/keys',
      createKey: 'POST /admin/keys',
      rotateKey: 'POST /admin/keys/{key_id}/rotate',
      revokeKey: 'DELETE /admin/keys/{key_id}',
    }),
    widgetSettings: admin({
      readWidget: 'GET /admin/widget',
      changeWidget: 'PUT /admin/widget',
      changeAllowedDomains: 'PUT /admin/widget/domains',
      listWidgetKeys: 'GET /admin/widget/keys',
      createWidgetKey: 'POST /admin/widget/keys',
      rotateWidgetKey: 'POST /admin/widget/keys/{key_id}/rotate',
      deleteWidgetKey: 'DELETE /admin/widget/keys/{key_id}',
    }),
  },
  analytics: {
    usage: admin({ readUsage: 'GET /admin/usage' }),
  },
  knowledge: {
    documents: admin({
      listDocuments: 'GET /admin/documents',
      addDocument: 'POST /admin/documents',
      announceUpload: 'POST /admin/documents/uploads',
      finishUpload: 'POST /admin/documents/{document_id}/uploaded',
      readDocument: 'GET /admin/documents/{document_id}',
      changeDocument: 'PATCH /admin/documents/{document_id}',
      deleteDocument: 'DELETE /admin/documents/{document_id}',
      downloadDocument: 'GET /admin/documents/{document_id}/download',
      retryDocument: 'POST /admin/documents/{document_id}/retry',
      uploadDocument: 'POST /api/dashboard/documents/upload',
      readDocumentStatus: 'GET /api/dashboard/documents/{document_id}/status',
    }),
    citedFiles: admin({ openDocument: 'GET /documents/{workspace_id}/{document_id}/{filename}' }),
  },
  scraper: {
    learning: admin({
      requestScrape: 'POST /admin/scrape',
      readScrapeJob: 'GET /admin/scrape/job/{id}',
      readCoverage: 'GET /admin/scrape/job/{id}/coverage',
      listScrapeJobs: 'GET /admin/scrape/jobs',
      cancelScrapeJob: 'DELETE /admin/scrape/job/{id}',
      triggerScrape: 'POST /admin/scrape/trigger/{mode_id}',
      readLearningStatus: 'GET /admin/scrape/status/{mode_id}',
      listScrapedSites: 'GET /admin/scrape/sites/{mode_id}',
      deleteScrapedSite: 'DELETE /admin/scrape/site/{mode_id}/{domain}',
      listBlockedPages: 'GET /admin/scrape/blocked-pages/{mode_id}',
      blockPage: 'POST /admin/scrape/block-page/{mode_id}',
      blockPages: 'POST /admin/scrape/block-pages/{mode_id}',
      unblockPage: 'POST /admin/scrape/unblock-page/{mode_id}',
      unblockPages: 'POST /admin/scrape/unblock-pages/{mode_id}',
      listScrapedContent: 'GET /admin/scraped-content',
      deleteScrapedContent: 'DELETE /admin/scraped-content/{content_id}',
      refreshPage: 'POST /admin/scrape/refresh/{content_id}',
      verifyPages: 'POST /admin/scrape/verify/{mode_id}',
      readVerification: 'GET /admin/scrape/verification/{mode_id}',
      listDiscoveredFiles: 'GET /admin/scrape/discovered-files/{mode_id}',
      addFile: 'POST /admin/scrape/add-file/{mode_id}',
      addFiles: 'POST /admin/scrape/add-files/{mode_id}',
      dismissFile: 'DELETE /admin/scrape/discovered-file/{file_id}',
      dismissFiles: 'POST /admin/scrape/dismiss-files/{mode_id}',
      blockFile: 'POST /admin/scrape/block-file/{mode_id}',
      blockFiles: 'POST /admin/scrape/block-files/{mode_id}',
      listActiveJobs: 'GET /admin/scrape/active-jobs/{mode_id}',
    }),
    target: admin({
      scrapeTarget: 'POST /api/scrape-target',
      readTarget: 'GET /api/scrape-target/{job_id}',
    }),
  },
  assistant: {
    modes: admin({
      listModes: 'GET /admin/modes',
      createMode: 'POST /admin/modes',
      readMode: 'GET /admin/modes/{mode_id}',
      changeMode: 'PUT /admin/modes/{mode_id}',
      deleteMode: 'DELETE /admin/modes/{mode_id}',
    }),
  },
  chat: {
    runs: chat({
      createUser: 'POST /api/users',
      createThread: 'POST /api/threads',
      getThread: 'GET /api/threads/{thread_id}',
      postMessage: 'POST /api/threads/{thread_id}/messages',
      getRun: 'GET /api/runs/{run_id}',
      streamRun: 'GET /api/runs/{run_id}/events',
      cancelRun: 'POST /api/runs/{run_id}/cancel',
      createVisitor: 'POST /api/visitors',
      health: 'GET /api/health',
    }),
    forms: chat({
      ask: 'POST /ask',
      uploadFiles: 'POST /upload-files',
      clearConversation: 'POST /clear-conversation',
      listVisibleModes: 'GET /modes',
      getVisibleMode: 'GET /modes/{name}',
    }),
    widget: chat({
      widgetConfig: 'GET /api/widget/config',
      widgetChat: 'POST /api/widget/chat',
      widgetStream: 'POST /api/widget/chat/stream',
      resumeWidgetStream: 'GET /api/widget/chat/stream/{run_id}',
      cancelWidgetStream: 'POST /api/widget/chat/stream/{run_id}/cancel',
      widgetHealth: 'GET /api/widget/health',
    }),
    servers: chat({
      askPermits: 'POST /api/permitsca',
      askTalentCentral: 'POST /api/talentcentral',
    }),
  },
  admin: {
    overview: admin({ superAdminOverview: 'GET /admin/superadmin/overview' }),
    description: admin({ openApi: 'GET /openapi.json' }),
  },
} as const satisfies Record<Capability, Readonly<Record<string, Door>>>;

type Routes = typeof routes;
type NamesIn<A extends ApiName, Row> = { [D in keyof Row]: Row[D] extends { api: A } ? D : never }[keyof Row];

/** The names of a function's doors, whichever capability they belong to. No two doors have one name. */
export type DoorName<A extends ApiName> = { [C in Capability]: NamesIn<A, Routes[C]> }[Capability];

/** The areas of each door of a function. */
export const areasOf = <A extends ApiName>(api: A): Readonly<Record<DoorName<A>, readonly string[]>> =>
  // The type picks the names by the same question as `doorsOf`.
  Object.fromEntries(
    doorsOf(api).map(([name, door]) => [name, [...new Set(pathsIn(door).map(areaOf))]]),
  ) as Record<DoorName<A>, string[]>;

/**
 * The area that a path lies in: `/api/<name>`, `/admin/<name>`, or `/<name>` anywhere else. An area is one door's, with
 * all that is below it, unknown paths too.
 */
export function areaOf(path: string): string {
  const [, first = '', second = ''] = path.split('/');
  return first === 'api' || first === 'admin' ? `/${first}/${second}` : `/${first}`;
}

/** Every path of a function, in the form of OpenAPI. */
export const pathsOf = (api: ApiName): string[] => doorsOf(api).flatMap(([, door]) => pathsIn(door));

const doorsOf = (api: ApiName): [string, Door][] =>
  Object.values<Readonly<Record<string, Door>>>(routes)
    .flatMap(row => Object.entries(row))
    .filter(([, door]) => door.api === api);

const pathsIn = ({ operations }: Door): string[] => Object.values(operations).map(pathOf);

/** The path of an operation, `METHOD /path`. */
export const pathOf = (operation: string): string => operation.slice(operation.indexOf(' ') + 1);
