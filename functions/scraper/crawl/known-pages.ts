import { searchableDocuments } from '../../knowledge/index.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import type { ScraperEffects } from '../effects.ts';
import { loadPages, type PageRecord } from './page-store.ts';

/**
 * The page records of a site, by key. When the knowledge does not have a page's document (indexing failed, or the index
 * is being rebuilt), the record is returned without its validators, so that the page is fetched whole and submitted
 * again.
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
