import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { ReadBlocked } from '../crawl/blocked.ts';
import type { LearningEffects } from '../effects.ts';
import { listFiles } from '../files/discovered-file-store.ts';
import { noHostRules } from '../site/host-rules.ts';
import { listBlocked } from './blocked-page-store.ts';
import { readHostRules } from './host-rules-store.ts';

/** Reads what the mode's owner has blocked: pages, files and hosts. */
export const blockedFor =
  (workspace: WorkspaceId, mode: ModeName, effects: LearningEffects): ReadBlocked =>
  async () => {
    const [pages, files, hosts] = await Promise.all([
      listBlocked(workspace, mode, effects),
      listFiles(workspace, { mode, status: 'blocked' }, effects),
      readHostRules(workspace, mode, effects),
    ]);
    return {
      pages: new Set(pages.map(({ key }) => key)),
      files: new Set(files.map(({ url }) => url)),
      hosts: hosts ?? noHostRules,
    };
  };
