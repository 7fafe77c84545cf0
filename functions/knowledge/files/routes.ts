import type { Hono } from 'hono';
import { etag } from 'hono/etag';
import { mount } from '../../platform/http/endpoint.ts';
import type { AdminVariables, TenantsEffects } from '../../tenants/index.ts';
import { removeFileDocuments } from '../documents/submit.ts';
import type { LibraryEffects } from '../effects.ts';
import { changeDocument, readAgain } from './change-document.ts';
import { type DescribeDocument, describeDocuments } from './describe-document.ts';
import type { DocumentModes } from './document-modes.ts';
import { citedFileEndpoints, documentEndpoints } from './endpoints.ts';
import { blobKey } from './file-row-store.ts';
import { findDocument, findDocuments } from './find-document.ts';
import { openDocument } from './open-document.ts';
import { mountUploads } from './upload-routes.ts';

/** A link to the bytes is good for so long. */
const linkSeconds = 300;

/** Serves the documents of the caller's workspace. The app must have authenticated its caller as an administrator. */
export function mountDocuments(
  app: Hono<{ Variables: AdminVariables }>,
  effects: LibraryEffects & TenantsEffects,
  modes: DocumentModes,
): void {
  const describe: DescribeDocument = async (workspace, document) => {
    const always = await modes.alwaysIncluded(workspace);
    const [described] = await describeDocuments(workspace, [document], always, effects);
    if (!described) throw new Error(`the document ${document.id} was not described`);
    return described;
  };
  mountUploads(app, effects, modes, describe);

  for (const { path } of [documentEndpoints.readDocument, documentEndpoints.readDocumentStatus])
    app.get(path.replace('{document_id}', ':document_id'), etag(), async (context, next) => {
      await next();
      context.header('Cache-Control', 'no-cache');
    });

  mount(app, documentEndpoints.listDocuments, async ({ query: { mode } }, context) => {
    const { workspace } = context.get('principal');
    if (mode !== undefined) await modes.mustExist(workspace, mode);
    const documents = await findDocuments(workspace, mode, effects);
    const always = await modes.alwaysIncluded(workspace);
    return { documents: await describeDocuments(workspace, documents, always, effects) };
  });

  mount(app, documentEndpoints.readDocument, async ({ params }, context) => {
    const { workspace } = context.get('principal');
    return describe(workspace, await findDocument(workspace, params.document_id, effects));
  });

  mount(app, documentEndpoints.readDocumentStatus, async ({ params: { document_id: id } }, context) => {
    const { workspace } = context.get('principal');
    const document = await describe(workspace, await findDocument(workspace, id, effects));
    const { status, progress, current_step: currentStep, chunks, error: errorMessage } = document;
    const chunksProcessed = chunks === null || status === 'completed' ? chunks : 0;
    return { id, status, progress, currentStep, chunksTotal: chunks, chunksProcessed, errorMessage };
  });

  mount(app, documentEndpoints.changeDocument, async ({ params, body }, context) => {
    const { workspace, actor } = context.get('principal');
    const document = await findDocument(workspace, params.document_id, effects);
    const { always_include: always, ...change } = body;
    await modes.mustExist(workspace, document.mode, change.tag ?? undefined);
    if (always !== undefined) await modes.alwaysInclude(workspace, document.mode, document.id, always, actor);
    return describe(workspace, await changeDocument(workspace, document, change, effects));
  });

  mount(app, documentEndpoints.deleteDocument, async ({ params: { document_id: id } }, context) => {
    const { workspace, actor } = context.get('principal');
    const document = await findDocument(workspace, id, effects);
    await removeFileDocuments(workspace, document.mode, document.claims, effects);
    await modes.alwaysInclude(workspace, document.mode, document.id, false, actor);
    effects.log.info('document.deleted', { workspace, document: id });
    return { status: 'deleted' as const };
  });

  mount(app, documentEndpoints.downloadDocument, async ({ params }, context) => {
    const { workspace } = context.get('principal');
    const { id, filename, mediaType } = await findDocument(workspace, params.document_id, effects);
    const options = { filename, contentType: mediaType, inline: false, seconds: linkSeconds };
    return { download_url: await effects.presigner.read(blobKey(workspace, id), options), filename };
  });

  mount(app, documentEndpoints.retryDocument, async ({ params: { document_id: id } }, context) => {
    const { workspace } = context.get('principal');
    const document = await readAgain(workspace, await findDocument(workspace, id, effects), effects);
    const { status, filename } = await describe(workspace, document);
    return { id, status, filename };
  });
}

/** Serves the files that answers cite, to everybody who has the address. */
export function mountCitedFiles<Variables extends object>(
  app: Hono<{ Variables: Variables }>,
  effects: Pick<LibraryEffects, 'knowledge' | 'presigner'>,
): void {
  mount(app, citedFileEndpoints.openDocument, async ({ params }, context) => {
    const link = await openDocument(params.workspace_id, params.document_id, effects);
    // The link in the header is a secret for as long as it is good.
    context.header('Cache-Control', 'no-store');
    context.header('Referrer-Policy', 'no-referrer');
    return context.redirect(link, 302);
  });
}
