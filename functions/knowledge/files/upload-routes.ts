import type { Hono } from 'hono';
import { CallerError } from '../../platform/errors.ts';
import { mount } from '../../platform/http/endpoint.ts';
import { localMode } from '../../platform/http/local-mode.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { type AdminVariables, knownWorkspace, type TenantsEffects } from '../../tenants/index.ts';
import type { LibraryEffects } from '../effects.ts';
import { addDocument, announceUpload, type UploadedFile } from './add-document.ts';
import type { DescribeDocument } from './describe-document.ts';
import type { DocumentModes } from './document-modes.ts';
import { documentEndpoints } from './endpoints.ts';
import { type DocumentTier, largestFile, requireSize } from './file-limits.ts';
import { harmlessName } from './file-name.ts';
import type { FileDocument } from './file-row-store.ts';
import { findDocument } from './find-document.ts';

/** Serves the ways by which documents come in. */
export function mountUploads(
  app: Hono<{ Variables: AdminVariables }>,
  effects: LibraryEffects & TenantsEffects,
  modes: DocumentModes,
  describe: DescribeDocument,
): void {
  const tierOf = async (workspace: WorkspaceId): Promise<DocumentTier> =>
    localMode()?.openWorkspace === workspace ? 'laptop' : (await knownWorkspace(workspace, effects)).tier;
  const add = async (workspace: WorkspaceId, about: UploadedFile, file: Blob): Promise<FileDocument> => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    return addDocument(workspace, about, bytes, await tierOf(workspace), effects);
  };

  mount(app, documentEndpoints.addDocument, async ({ form }, context) => {
    const { workspace, actor } = context.get('principal');
    const { mode, content, tag, title, always_include: always } = form;
    await modes.mustExist(workspace, mode, tag);
    const [file] = form.file;
    if (!file && content === undefined)
      throw new CallerError('bad_request', 'body.file: send a file, or a text as `content`');
    const about = { mode, title, tag, createdBy: actor };
    const ownText = { filename: harmlessName(`${title ?? 'text'}.txt`), mediaType: 'text/plain' };
    const document = file
      ? await add(workspace, { ...about, ...nameAndType(file), description: content }, file)
      : await add(workspace, { ...about, ...ownText }, new Blob([content ?? '']));
    if (always === 'true') await modes.alwaysInclude(workspace, mode, document.id, true, actor);
    return describe(workspace, document);
  });

  mount(app, documentEndpoints.uploadDocument, async ({ form }, context) => {
    const { workspace, actor } = context.get('principal');
    const { title, description, tags } = form;
    const mode = form.mode ?? (await knownWorkspace(workspace, effects)).defaultMode;
    await modes.mustExist(workspace, mode);
    const [file] = form.file;
    if (!file) throw new CallerError('bad_request', 'body.file: send a file');
    const about = { mode, title, description, tags, createdBy: actor, ...nameAndType(file) };
    const { _id: id, status, filename } = await describe(workspace, await add(workspace, about, file));
    return { id, status, filename };
  });

  mount(app, documentEndpoints.announceUpload, async ({ body }, context) => {
    const { workspace, actor } = context.get('principal');
    const { mode, content_type: mediaType, size, title, content: description, tag, tags } = body;
    await modes.mustExist(workspace, mode, tag);
    const filename = harmlessName(body.filename);
    if (size !== undefined) requireSize(size, filename);
    const about = { mode, filename, mediaType, title, description, tag, tags, createdBy: actor };
    const { id, form } = await announceUpload(workspace, about, await tierOf(workspace), effects);
    return { document_id: id, ...form, max_bytes: largestFile };
  });

  mount(app, documentEndpoints.finishUpload, async ({ params: { document_id: id } }, context) => {
    const { workspace } = context.get('principal');
    const document = await findDocument(workspace, id, effects);
    await effects.parseQueue.send({ kind: 'uploaded', workspace, document: id });
    const { status, filename } = await describe(workspace, document);
    return { id, status, filename };
  });
}

const nameAndType = ({ name, type }: File): Pick<UploadedFile, 'filename' | 'mediaType'> => ({
  filename: harmlessName(name),
  mediaType: /^[\w.+-]{1,80}\/[\w.+-]{1,80}(?=;|$)/.exec(type)?.[0] ?? 'application/octet-stream',
});
