import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const types: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/vnd.microsoft.icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml; charset=utf-8',
};

export interface StaticFile {
  readonly path: string;
  readonly size: number;
  readonly modified: Date;
}

/**
 * The file below `root` that a URL path names, percent-decoded; undefined when there is none, and for whatever would
 * leave `root` (dot segments, symbolic links) or is hidden.
 */
export async function findFile(root: string, urlPath: string): Promise<StaticFile | undefined> {
  const segments = decodedSegments(urlPath);
  if (!segments || segments.some(isUnsafe)) return undefined;
  try {
    const [base, path] = await Promise.all([realpath(root), realpath(join(root, ...segments))]);
    if (!path.startsWith(base + sep)) return undefined;
    const found = await stat(path);
    return found.isFile() ? { path, size: found.size, modified: found.mtime } : undefined;
  } catch {
    return undefined;
  }
}

function decodedSegments(urlPath: string): string[] | undefined {
  try {
    return urlPath.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

const isUnsafe = (segment: string) => segment.startsWith('.') || /[/\\\0]/.test(segment);

/** Answers GET and HEAD with the file, or 304 when the caller has it already. */
export async function sendFile(
  file: StaticFile,
  request: IncomingMessage,
  response: ServerResponse,
  headers: Readonly<Record<string, string | string[]>>,
): Promise<void> {
  const etag = `"${file.size.toString(36)}-${Math.round(file.modified.getTime()).toString(36)}"`;
  const all = {
    ...headers,
    etag,
    'last-modified': file.modified.toUTCString(),
  };
  if (isKnown(request, etag, file.modified)) return void response.writeHead(304, all).end();
  response.writeHead(200, {
    ...all,
    'content-type': types[extname(file.path).toLowerCase()] ?? 'application/octet-stream',
    'content-length': file.size,
  });
  if (request.method === 'HEAD') return void response.end();
  // A viewer that left in the middle is no error.
  await pipeline(createReadStream(file.path), response).catch(() => response.destroy());
}

function isKnown(request: IncomingMessage, etag: string, modified: Date): boolean {
  const wanted = request.headers['if-none-match'];
  if (wanted !== undefined)
    return wanted.split(',').some(one => one.trim().replace(/^W\//, '') === etag || one.trim() === '*');
  const since = Date.parse(request.headers['if-modified-since'] ?? '');
  return Math.floor(modified.getTime() / 1000) * 1000 <= since;
}
