import type { ModeName, WorkspaceId } from '../../platform/ids.ts';
import type { ExtractedPage } from '../../knowledge/index.ts';
import { isTooLong, siteOf } from '../fetch/address.ts';
import type { Fetched } from '../fetch/fetched.ts';
import type { LearningEffects } from '../effects.ts';
import { type FoundFile, noteFiles } from './discovered-file-store.ts';
import { fileBehind } from './file-behind.ts';
import { fileNameOf, fileTypeNamed, fileTypeServed, type FileType } from './file-types.ts';

/** The page that names a file, and how. */
export interface FileSource {
  readonly pageUrl: string;
  readonly pageTitle: string;
  readonly text: string;
}

const batchSize = 100;
/** Of one crawl. */
const mostFiles = 5_000;
const longestText = 200;

/** Gathers the files that a crawl finds, and stores them in batches. */
export class FoundFiles {
  private waiting: FoundFile[] = [];
  private readonly seen = new Set<string>();
  private readonly store: (files: readonly FoundFile[]) => Promise<void>;

  constructor(
    { workspace, mode }: { readonly workspace: WorkspaceId; readonly mode: ModeName },
    effects: Pick<LearningEffects, 'scraper' | 'clock'>,
  ) {
    this.store = files => noteFiles(workspace, mode, files, effects);
  }

  /** The first page that names a file is its source. */
  async add(file: FoundFile): Promise<void> {
    if (this.seen.has(file.url) || this.seen.size >= mostFiles || isTooLong(file.url)) return;
    this.seen.add(file.url);
    this.waiting.push(file);
    if (this.waiting.length >= batchSize) await this.flush();
  }

  async flush(): Promise<void> {
    const files = this.waiting;
    this.waiting = [];
    if (files.length > 0) await this.store(files);
  }
}

/**
 * The files that a page names by their endings: in links, also to other hosts, in what it shows inside of itself, and
 * behind viewers. `mayBePage`: addresses that are asked for first, since a page may have such a name.
 */
export function filesNamedBy(
  page: ExtractedPage,
  pageUrl: URL,
  mayBePage: (url: URL) => boolean,
): FoundFile[] {
  const source = { pageUrl: pageUrl.href, pageTitle: page.title, text: '' };
  const files: FoundFile[] = [];
  for (const { url, tag, type: stated } of page.embeds) {
    const behind = fileBehind(url);
    const named = behind ?? url;
    const type = fileTypeServed(stated, fileTypeNamed(named)) ?? fileTypeNamed(named);
    if (!type) continue;
    const viewer = behind ? { viewerUrl: url.href } : {};
    files.push({ ...fileOf(named, type, source, pageUrl), ...viewer, detectedVia: tag });
  }
  for (const { url, text, nofollow } of page.links) {
    const behind = fileBehind(url);
    const named = behind ?? url;
    const type = fileTypeNamed(named);
    if (nofollow || !type || (!behind && mayBePage(named))) continue;
    const via = behind ? ({ detectedVia: 'viewer', viewerUrl: url.href } as const) : {};
    files.push({ ...fileOf(named, type, { ...source, text }, pageUrl), ...via });
  }
  return files;
}

/** The file that an address served where a page was asked for. Undefined where it is no kind that is listed. */
export function fileServed(
  { url, contentType, disposition, size }: Fetched,
  source: FileSource | undefined,
  start: URL,
): FoundFile | undefined {
  const named = fileTypeNamed(url);
  const type = fileTypeServed((contentType.split(';')[0] ?? '').trim(), named) ?? offered(disposition, url);
  if (!type) return undefined;
  const from = source ?? { pageUrl: start.href, pageTitle: '', text: '' };
  return {
    ...fileOf(url, type, from, url),
    filename: fileNameOf(url, disposition),
    ...(size === undefined ? {} : { fileSize: size }),
    detectedVia: source ? 'link' : 'page',
  };
}

/** The kind that the name in the `Content-Disposition` has. */
const offered = (disposition: string | undefined, url: URL): FileType | undefined =>
  disposition === undefined
    ? undefined
    : fileTypeNamed(new URL(encodeURIComponent(fileNameOf(url, disposition)), url.origin));

function fileOf(url: URL, type: FileType, source: FileSource, page: URL): FoundFile {
  const clean = new URL(url.href);
  clean.hash = '';
  const size = sizeIn(source.text);
  return {
    url: clean.href,
    filename: fileNameOf(clean, undefined),
    fileType: type.label,
    extension: type.extension,
    linkText: source.text.slice(0, longestText),
    ...(size === undefined ? {} : { fileSize: size }),
    sourcePageUrl: source.pageUrl,
    sourcePageTitle: source.pageTitle.slice(0, longestText),
    baseDomain: siteOf(page),
    detectedVia: 'link',
  };
}

const units: Readonly<Record<string, number>> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** `Tariff (PDF, 2.3 MB)`: in bytes. */
function sizeIn(text: string): number | undefined {
  const [, number = '', unit = ''] = /(\d{1,9}(?:[.,]\d{1,9})?)\s{0,3}([kmg])i?b\b/i.exec(text) ?? [];
  return number === ''
    ? undefined
    : Math.round(Number(number.replace(',', '.')) * (units[unit.toLowerCase()] ?? 1));
}
