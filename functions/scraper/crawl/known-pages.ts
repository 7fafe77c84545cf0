import { searchableDocuments } from '../../knowledge/index.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { ScraperEffects } from '../effects.ts';
import { loadPages, type PageRecord } from './page-store.ts';

/**
 * All that is known of a site, by key. A page whose document the knowledge does not hold (its indexing failed, or the
 * index is being rebuilt) is known without its validators, so that it is fetched whole and submitted again.
 */
export async function knownPages(
  workspace: WorkspaceId,
  site: string,
  effects: ScraperEffects,
): Promise<Map<string, PageRecord>> {
  const pages = await loadPages(workspace, site, effects);
  const documents = [...pages.values()].flatMap(({ document }) => document ?? []);
  const searchable = await searchableDocuments(workspace, documents, effects);
  for (const [key, { etag: _, lastModified: __, ...page }] of pages) {
    if (page.document !== undefined && !searchable.has(page.document)) pages.set(key, page);
  }
  return pages;
}
