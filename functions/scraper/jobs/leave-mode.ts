import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import { forgetPages, type PageRecord, putPages } from '../crawl/page-store.ts';
import type { LearningEffects } from '../effects.ts';

/** The mode no longer reaches these pages of the site. A page that no mode reaches is forgotten. */
export async function leaveMode(
  workspace: WorkspaceId,
  site: string,
  mode: ModeName,
  pages: Iterable<PageRecord>,
  effects: LearningEffects,
): Promise<void> {
  const left: PageRecord[] = [];
  const forgotten: string[] = [];
  for (const page of pages) {
    const seeds = Object.entries(page.reached);
    // A seed is the mode and the asked address.
    const others = seeds.filter(([seed]) => !seed.startsWith(`${mode} `));
    if (others.length === seeds.length) continue;
    if (others.length === 0) forgotten.push(page.key);
    else left.push({ ...page, reached: Object.fromEntries(others) });
  }
  await putPages(workspace, site, left, effects);
  await forgetPages(workspace, site, forgotten, effects);
}
