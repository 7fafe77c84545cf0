import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { headLength } from '../../knowledge/index.ts';
import { localMode } from '../../platform/http/local-mode.ts';
import { doubledWait, retry } from '../../platform/retry.ts';
import type { ScraperEffects } from '../effects.ts';
import { FetchFailure } from '../fetch/fetch-failure.ts';
import { openFetcher } from '../fetch/fetch-page.ts';
import type { DownloadLimits } from './download-limits.ts';
import type { DiscoveredFile } from './discovered-file-store.ts';
import { kindOfFile } from './file-bytes.ts';
import { type FileType, fileTypeNamed } from './file-types.ts';

/** A file on the disk of the worker. */
export interface Downloaded {
  readonly path: string;
  readonly type: FileType;
  /** In bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/**
 * Downloads the file and lets `use` have it; then it is deleted. Addresses and redirects are guarded as those of a crawl
 * are. Robots.txt is not asked, since a person wants this one file. Throws `FetchFailure` with the reason.
 */
export async function withDownload(
  file: DiscoveredFile,
  limits: DownloadLimits,
  effects: Pick<ScraperEffects, 'clock' | 'resolve' | 'contact'>,
  signal: AbortSignal,
  use: (downloaded: Downloaded) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'download-'));
  try {
    const pauseAfter = (error: unknown, failures: number) =>
      error instanceof FetchFailure && error.kind === 'network' && failures <= limits.retries
        ? doubledWait(500, failures)
        : undefined;
    const download = () => downloadOnce(file, join(directory, 'file'), limits, effects, signal);
    await use(await retry(download, pauseAfter, effects.clock, signal));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function downloadOnce(
  file: DiscoveredFile,
  path: string,
  limits: DownloadLimits,
  effects: Pick<ScraperEffects, 'clock' | 'resolve' | 'contact'>,
  signal: AbortSignal,
): Promise<Downloaded> {
  const fetcher = openFetcher({
    // On a laptop: the site that was learned there, and no other private address.
    localOrigin: localMode() ? URL.parse(file.sourcePageUrl)?.origin : undefined,
    connections: 1,
    resolve: effects.resolve,
    clock: effects.clock,
    timeouts: limits.timeouts,
    ...(effects.contact === undefined ? {} : { contact: effects.contact }),
  });
  const hash = createHash('sha256');
  const begin: Uint8Array[] = [];
  let [size, kept] = [0, 0];
  async function* noted(pieces: AsyncIterable<Uint8Array>) {
    for await (const piece of pieces) {
      hash.update(piece);
      size += piece.byteLength;
      if (kept < headLength) begin.push(piece.slice(0, headLength));
      kept += piece.byteLength;
      yield piece;
    }
  }
  const save = (pieces: AsyncIterable<Uint8Array>) => pipeline(noted(pieces), createWriteStream(path));
  try {
    const options = { save, maxBytes: limits.bytes, wants: (status: number) => status === 200 };
    const { status, contentType } = await fetcher.get(new URL(file.url), options, signal);
    if (status >= 500 || status === 429)
      throw new FetchFailure('network', `the host answers with HTTP ${status}`);
    if (status !== 200) throw new FetchFailure('garbled', `the host answers with HTTP ${status}`);
    if (size === 0) throw new FetchFailure('garbled', 'the file is empty');
    const named = fileTypeNamed(new URL(`file:///name.${file.extension}`));
    return {
      path,
      type: kindOfFile(contentType, named, Buffer.concat(begin)),
      size,
      sha256: hash.digest('hex'),
    };
  } finally {
    await fetcher.close();
  }
}
