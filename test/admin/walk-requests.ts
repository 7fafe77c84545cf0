import { addDocument } from '../../functions/knowledge/files/add-document.ts';
import type { LibraryEffects } from '../../functions/knowledge/index.ts';
import type { ModeName, ScrapeJobId } from '../../functions/platform/ids.ts';
import { putPages } from '../../functions/scraper/crawl/page-store.ts';
import type { LearningEffects } from '../../functions/scraper/effects.ts';
import { fileId, noteFiles } from '../../functions/scraper/files/discovered-file-store.ts';
import { contentIdOf } from '../../functions/scraper/pages/content-id.ts';
import { acme } from './admin-world.ts';

let named = 0;
/** A form with a file of its own in the default mode of `acme`. */
function form(fields: Readonly<Record<string, string>>): FormData {
  const sent = new FormData();
  for (const [name, value] of Object.entries(fields)) sent.set(name, value);
  sent.set('file', new File([`text ${++named}`], `${named}.txt`, { type: 'text/plain' }));
  return sent;
}
/** What an operation is asked with, where an empty object will not do. */
export const bodies: Record<string, (things: Record<string, string>) => object> = {
  createKey: () => ({ name: 'n', scope: 'chat' }),
  createWidgetKey: () => ({ name: 'n' }),
  createMode: () => ({ name: `created-${++named}` }),
  createWorkspace: () => ({ id: `created-${++named}`, name: 'n' }),
  inviteMember: () => ({ email: `invited-${++named}@example.org`, role: 'viewer' }),
  changeRole: () => ({ role: 'admin' }),
  requestScrape: () => ({ url: 'https://www.example.org/' }),
  blockPage: () => ({ url: 'https://www.example.org/blocked' }),
  blockPages: things => ({ content_ids: [things['content_id']] }),
  addFile: things => ({ file_id: things['file_id'] }),
  addFiles: things => ({ file_ids: [things['file_id']] }),
  dismissFiles: things => ({ file_ids: [things['file_id']] }),
  blockFile: things => ({ file_id: things['file_id'] }),
  blockFiles: things => ({ file_ids: [things['file_id']] }),
  addDocument: things => form({ mode: things['mode_id'] ?? '' }),
  uploadDocument: () => form({}),
  announceUpload: things => ({ mode: things['mode_id'], filename: 'large.pdf' }),
  unblockPage: () => ({ normalized_url: 'example.org/blocked' }),
  unblockPages: () => ({ normalized_urls: ['example.org/blocked'] }),
};

const nameOf = (path: string, parameter: string) => {
  if (path.includes('/widget/keys/') && parameter === 'key_id') return 'widget_key_id';
  return path.includes('/scrape/job/') && parameter === 'id' ? 'job_id' : parameter;
};
/** The path with ids of things that are there: without that, nothing would be refused for whose they are. */
export const pathOf = (path: string, things: Record<string, string>) =>
  path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => {
    const id = things[nameOf(path, parameter)];
    if (id === undefined) throw new Error(`${path}: there is no ${parameter} to ask for`);
    return id;
  });

/** A body that is larger than the operation takes. */
export function tooLarge(upload = false): object {
  if (!upload) return { username: 'x'.repeat(300_000) };
  const sent = new FormData();
  sent.set('file', new File(['x'.repeat(4_200_000)], 'large.txt'));
  return sent;
}

/** The id of a new document of `acme`. */
export async function newDocument(mode: ModeName, effects: LibraryEffects): Promise<string> {
  const about = { mode, filename: `${++named}.txt`, mediaType: 'text/plain' };
  return (await addDocument(acme, about, Buffer.from(`text ${named}`), 'laptop', effects)).id;
}

/** The ids of a page and a file that a crawl of `acme` has found, the `n`-th of their kind. */
export async function newFinds(
  { mode, url, site }: { mode: ModeName; url: string; site: string },
  n: number,
  effects: LearningEffects,
): Promise<{ content_id: string; file_id: string }> {
  const page = { key: `${site}/${n}`, url: `${url}${n}`, job: 'job' as ScrapeJobId, depth: 0, links: [] };
  const learned = { outcome: 'learned', change: 'added', reached: { [`${mode} ${url}`]: 'job' } } as const;
  await putPages(acme, site, [{ ...page, ...learned }], effects);
  const file = {
    url: `${url}${n}.pdf`,
    filename: `${n}.pdf`,
    fileType: 'PDF document',
    extension: 'pdf',
    linkText: 'Prices',
    sourcePageUrl: url,
    sourcePageTitle: 'Hall',
    baseDomain: site,
    detectedVia: 'link',
  } as const;
  await noteFiles(acme, mode, [file], effects);
  return { content_id: contentIdOf(page.key), file_id: fileId(mode, file.url) };
}
