import type { Dispatcher } from 'undici';
import { headLength } from '../../knowledge/index.ts';
import { decompress, decompressPart, hasCoding, isGzip } from './content-coding.ts';
import { FetchFailure } from './fetch-failure.ts';
import type { Fetched, FetchOptions } from './fetched.ts';
import { servedType } from './media-type.ts';

/** A larger page is a dump of data. Also the limit of a compressed page after decompression. */
export const maxPageBytes = 5 * 1024 * 1024;
/** A rest of this size is read to its end, which keeps the connection. Of a larger one the connection is cut. */
const smallRest = 16_384;
const redirects = new Set([301, 302, 303, 307, 308]);

export interface Answer extends Omit<Fetched, 'via'> {
  /** Where it redirects to, as it may stand in an address. */
  readonly location?: string;
  readonly setCookies: readonly string[];
}

/** Reads one answer, as far as it is wanted. */
export async function readResponse(
  url: URL,
  { statusCode: status, headers, body }: Dispatcher.ResponseData,
  { wants, save, maxBytes = maxPageBytes }: FetchOptions,
): Promise<Answer> {
  const all = (name: string): string[] => [headers[name] ?? []].flat();
  const named = all('content-encoding').join(',');
  const [length] = all('content-length');
  const given = (name: string, as: string) => {
    const [value] = all(name);
    return value === undefined ? {} : { [as]: value };
  };
  const robotsTags = all('x-robots-tag');
  const facts = {
    url,
    status,
    setCookies: all('set-cookie'),
    ...given('etag', 'etag'),
    ...given('last-modified', 'lastModified'),
    ...given('retry-after', 'retryAfter'),
    ...given('content-disposition', 'disposition'),
    ...(robotsTags.length === 0 ? {} : { robotsTags }),
    ...(named === '' && length !== undefined && /^\d+$/.test(length) ? { size: Number(length) } : {}),
  };
  const stated = (all('content-type')[0] ?? '').trim().toLowerCase();
  const [location] = all('location');
  if (redirects.has(status) && location !== undefined) {
    await body.dump({ limit: smallRest });
    return { ...facts, contentType: stated, location: escaped(location) };
  }
  if (status === 304) {
    await body.dump({ limit: smallRest });
    return { ...facts, contentType: stated };
  }
  const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const isTooLarge = Number(length ?? 0) > maxBytes;
  const head = await readUpTo(isTooLarge ? 1 : headLength, pieces);
  // A page that is compressed though nobody says so. A file that is an archive is left as it is.
  const isUnsaid = !hasCoding(named) && isGzip(head[0] ?? new Uint8Array()) && isMarkup(stated);
  const encoding = isUnsaid ? 'gzip' : named;
  const contentType =
    status === 200
      ? servedType(stated, decompressPart(Buffer.concat(head).subarray(0, headLength), encoding))
      : stated;
  if (wants && !wants(status, contentType)) {
    await leave(pieces);
    return { ...facts, contentType };
  }
  const tooLarge = () =>
    new FetchFailure('too_large', `larger than ${Math.round(maxBytes / 1024 / 1024)} MB`);
  if (isTooLarge) {
    await pieces.return?.();
    throw tooLarge();
  }
  if (save && !hasCoding(encoding)) {
    await save(upTo(maxBytes, head, pieces, tooLarge));
    return { ...facts, contentType };
  }
  let size = head.reduce((sum, piece) => sum + piece.byteLength, 0);
  for (;;) {
    if (size > maxBytes) {
      await pieces.return?.();
      throw tooLarge();
    }
    const { done, value } = await pieces.next();
    if (done) break;
    head.push(value);
    size += value.byteLength;
  }
  const [only] = head;
  const bytes = head.length === 1 && only ? only : Buffer.concat(head);
  const content = await decompress(bytes, encoding, maxBytes);
  if (!save) return { ...facts, contentType, body: content };
  await save(onePiece(content));
  return { ...facts, contentType };
}

/** These pieces, and then the others. Throws when they are larger together. */
async function* upTo(
  maxBytes: number,
  head: readonly Buffer[],
  others: AsyncIterator<Buffer>,
  tooLarge: () => FetchFailure,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  const checked = (piece: Buffer): Buffer => {
    size += piece.byteLength;
    if (size > maxBytes) throw tooLarge();
    return piece;
  };
  try {
    for (const piece of head) yield checked(piece);
    for (;;) {
      const { done, value } = await others.next();
      if (done) return;
      yield checked(value);
    }
  } finally {
    await others.return?.();
  }
}

async function* onePiece(piece: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield piece;
}

const isMarkup = (contentType: string): boolean =>
  /^(?:text\/|application\/(?:xhtml\+)?xml)/.test(contentType);

/** The first pieces, at least so many bytes where there are as many. */
async function readUpTo(bytes: number, pieces: AsyncIterator<Buffer>): Promise<Buffer[]> {
  const read: Buffer[] = [];
  for (let size = 0; size < bytes; ) {
    const { done, value } = await pieces.next();
    if (done) break;
    read.push(value);
    size += value.byteLength;
  }
  return read;
}

async function leave(pieces: AsyncIterator<Buffer>): Promise<void> {
  for (let size = 0; size < smallRest; ) {
    const { done, value } = await pieces.next();
    if (done) return;
    size += value.byteLength;
  }
  await pieces.return?.();
}

/** Header text has one character a byte. Hosts send addresses in UTF-8 all the same: such bytes become escapes. */
const escaped = (location: string): string =>
  location.replaceAll(/[\x80-\xff]/g, byte => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
