import * as z from 'zod';
import { modeName } from '../schema.ts';
import * as schema from './schema.ts';

const shared = { tag: 'Learning', auth: 'admin' } as const;
const ofMode = z.object({ mode_id: modeName.describe("the mode's name") });
const errors = ['bad_request', 'forbidden', 'not_found'] as const;

/** What shall become of the files that crawls have found. */
export const fileEndpoints = {
  listDiscoveredFiles: {
    ...shared,
    summary: 'The files that crawls have found for a mode, and that nobody has decided about',
    description: 'The newest first. One that could not be added is among them, with the reason.',
    params: ofMode,
    reply: z.object({ files: z.array(schema.discoveredFile), total: z.int() }),
    errors,
  },
  addFile: {
    ...shared,
    summary: 'Add a discovered file to the documents of a mode',
    description:
      'A job downloads it: at most 50 MB within a minute. When that fails, the file is discovered again, with the reason. The same bytes twice are one document, whatever its ids.',
    params: ofMode,
    body: schema.addRequest,
    reply: schema.addReply,
    errors,
  },
  addFiles: {
    ...shared,
    summary: 'Add several discovered files to the documents of a mode',
    description: 'Those that are added, dismissed or blocked already are left out.',
    params: ofMode,
    body: schema.addManyRequest,
    reply: schema.addManyReply,
    errors,
  },
  dismissFile: {
    ...shared,
    summary: 'Dismiss a discovered file until a crawl finds it again',
    params: schema.ofFile,
    reply: schema.fileReply,
    errors,
  },
  dismissFiles: {
    ...shared,
    summary: 'Dismiss several discovered files until a crawl finds them again',
    description: 'Those that are added or blocked are left out.',
    params: ofMode,
    body: schema.filesRequest,
    reply: schema.filesReply,
    errors,
  },
  blockFile: {
    ...shared,
    summary: 'Block a file for a mode',
    description:
      'The mode neither lists nor adds it, and answers from it no more; its document is removed. Unblock it by the `blocked_file_urls` of the mode.',
    params: ofMode,
    body: schema.fileRequest,
    reply: schema.fileReply,
    errors,
  },
  blockFiles: {
    ...shared,
    summary: 'Block several files for a mode',
    params: ofMode,
    body: schema.filesRequest,
    reply: schema.filesReply,
    errors,
  },
} as const;
