import type { Hono } from 'hono';
import { harmlessName } from '../../knowledge/index.ts';
import { CallerError } from '../../platform/errors.ts';
import { mount } from '../../platform/http/endpoint.ts';
import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { AdminVariables } from '../../tenants/index.ts';
import { learningEndpoints } from '../endpoints.ts';
import type { LearningModes } from '../pages/block-pages.ts';
import { type DiscoveredFile, getFile, listFiles } from './discovered-file-store.ts';
import { addDiscovered, blockFiles, dismissFile, type TriageEffects } from './triage.ts';

/** Serves the discovered files of the caller's modes. */
export function mountFiles(
  app: Hono<{ Variables: AdminVariables }>,
  effects: TriageEffects,
  modes: LearningModes,
): void {
  const endpoints = learningEndpoints;

  mount(app, endpoints.listDiscoveredFiles, async ({ params: { mode_id: mode } }, context) => {
    const { workspace } = context.get('principal');
    await modes.mustExist(workspace, mode);
    const files = await listFiles(workspace, { mode, status: 'discovered' }, effects);
    return { files: files.map(described), total: files.length };
  });

  mount(app, endpoints.addFile, async ({ params: { mode_id: mode }, body }, context) => {
    const { workspace } = context.get('principal');
    await modes.mustExist(workspace, mode, body.tag);
    const file = await fileOf(workspace, mode, body.file_id, effects);
    const { documents } = await addDiscovered(workspace, mode, [file], body.tag, effects);
    const [document] = documents;
    if (document === undefined) {
      const now = (await getFile(workspace, file.id, effects)) ?? file;
      throw new CallerError('bad_request', `${file.url} is ${now.status} already`);
    }
    const message = `adding ${harmlessName(file.filename)} to the mode "${mode}"`;
    return { success: true as const, message, document_id: document, openai_file_id: null };
  });

  mount(app, endpoints.addFiles, async ({ params: { mode_id: mode }, body }, context) => {
    const { workspace } = context.get('principal');
    await modes.mustExist(workspace, mode, body.tag);
    const files = await filesOf(workspace, mode, body.file_ids, effects);
    const { documents, job } = await addDiscovered(workspace, mode, files, body.tag, effects);
    return { success: true as const, count: documents.length, document_ids: documents, job_id: job ?? null };
  });

  mount(app, endpoints.dismissFile, async ({ params: { file_id: id } }, context) => {
    const { workspace } = context.get('principal');
    const file = await getFile(workspace, id, effects);
    if (!file) throw noSuchFile(id);
    if (!(await dismissFile(workspace, id, effects)))
      throw new CallerError('bad_request', `${file.url} is ${file.status}: block it to remove it`);
    return { success: true as const, message: `dismissed ${harmlessName(file.filename)}` };
  });

  mount(app, endpoints.dismissFiles, async ({ params: { mode_id: mode }, body }, context) => {
    const { workspace } = context.get('principal');
    await modes.mustExist(workspace, mode);
    let count = 0;
    for (const { id } of await filesOf(workspace, mode, body.file_ids, effects))
      if (await dismissFile(workspace, id, effects)) count += 1;
    return { success: true as const, count };
  });

  mount(app, endpoints.blockFile, async ({ params: { mode_id: mode }, body }, context) => {
    const { workspace, actor } = context.get('principal');
    await modes.mustExist(workspace, mode);
    const file = await fileOf(workspace, mode, body.file_id, effects);
    await blockFiles(workspace, mode, [file], actor, modes, effects);
    return { success: true as const, message: `blocked ${harmlessName(file.filename)}` };
  });

  mount(app, endpoints.blockFiles, async ({ params: { mode_id: mode }, body }, context) => {
    const { workspace, actor } = context.get('principal');
    await modes.mustExist(workspace, mode);
    const files = await filesOf(workspace, mode, body.file_ids, effects);
    await blockFiles(workspace, mode, files, actor, modes, effects);
    return { success: true as const, count: files.length };
  });
}

const noSuchFile = (id: string): CallerError =>
  new CallerError('not_found', `there is no discovered file ${id}`);

/** Throws `not_found` where the workspace has no such file, `forbidden` where it is another mode's. */
async function fileOf(
  workspace: WorkspaceId,
  mode: ModeName,
  id: string,
  effects: TriageEffects,
): Promise<DiscoveredFile> {
  const file = await getFile(workspace, id, effects);
  if (!file) throw noSuchFile(id);
  if (file.mode !== mode) throw new CallerError('forbidden', `the file ${id} is not the mode "${mode}"'s`);
  return file;
}

/** Those of the mode that are known. Throws `not_found` where there are none. */
async function filesOf(
  workspace: WorkspaceId,
  mode: ModeName,
  ids: readonly string[],
  effects: TriageEffects,
): Promise<DiscoveredFile[]> {
  const files: DiscoveredFile[] = [];
  for (const id of new Set(ids)) {
    const file = await getFile(workspace, id, effects);
    if (file?.mode === mode) files.push(file);
  }
  if (files.length === 0) throw new CallerError('not_found', `the mode "${mode}" has none of these files`);
  return files;
}

const described = (file: DiscoveredFile) => ({
  _id: file.id,
  file_url: file.url,
  filename: harmlessName(file.filename),
  file_type: file.fileType,
  file_extension: file.extension,
  link_text: file.linkText,
  file_size: file.fileSize ?? null,
  source_page_url: file.sourcePageUrl,
  source_page_title: file.sourcePageTitle,
  base_domain: file.baseDomain,
  discovered_at: file.discoveredAt,
  status: 'discovered' as const,
  detected_via: file.detectedVia,
  is_embedded: file.detectedVia !== 'link' && file.detectedVia !== 'page',
  viewer_url: file.viewerUrl ?? null,
  error: file.error ?? null,
});
