import * as z from 'zod';
import { storedId } from '../../platform/aws/stored.ts';
import type { DocumentId, ModeName, WorkspaceId } from '../../platform/ids.ts';

/** How far a document is. `completed`: answers use it. `failed`: the row says why; it can be tried again. */
export const documentStates = [
  'pending',
  'parsing',
  'chunking',
  'embedding',
  'storing',
  'completed',
  'failed',
] as const;

export type DocumentState = (typeof documentStates)[number];

/** What its owner says of a file. */
export const aboutFile = z.object({
  filename: z.string(),
  mediaType: z.string(),
  source: z.enum(['discovered', 'uploaded']),
  /** Where it was found; '' for an upload. */
  sourceUrl: z.string().default(''),
  title: z.string().optional(),
  description: z.string().optional(),
  /** One of the tags of its mode. */
  tag: z.string().optional(),
  tags: z.array(z.string()).default([]),
  /** Who added it: a member or a key. */
  createdBy: z.string().optional(),
});

const failedPage = z.object({ page: z.int(), reason: z.string() });

/** What came of reading it. */
const reading = z.object({
  state: z.enum(documentStates).exclude(['completed']),
  /** 0 to 100. */
  progress: z.int().default(0),
  /** For people. */
  step: z.string().default(''),
  error: z.string().optional(),
  /** The attempt that reads it now, and how many there were since its owner asked last. */
  attempt: z.string().default(''),
  attempts: z.int().default(0),
  pages: z.int().optional(),
  failedPages: z.array(failedPage).default([]),
  notes: z.array(z.string()).default([]),
  chunks: z.int().optional(),
});

export const fileRow = aboutFile.extend(reading.shape).extend({
  /** Also the name of its bytes in the bucket, and the id of the document in the index. */
  id: storedId<DocumentId>(),
  /**
   * The ids by which it was added: the same bytes are one document. Empty while it is being removed. Kept as one text
   * with spaces, so that a write can ask whether they are unchanged.
   */
  claims: z.string().transform(text => text.split(' ').filter(id => id !== '') as DocumentId[]),
  mode: storedId<ModeName>(),
  /** Of its bytes, as hexadecimal digits. */
  sha256: z.string(),
  /** In bytes. */
  size: z.int(),
  /** Earlier versions of it. They are removed as soon as this one answers. */
  replaces: z.array(storedId<DocumentId>()).default([]),
  /** ISO 8601. */
  createdAt: z.string(),
  updatedAt: z.string().optional(),
});

/** A file from which a mode shall answer. Its bytes are in the bucket. */
export type FileDocument = z.output<typeof fileRow>;

/** A file to store. */
export interface NewFile extends z.input<typeof aboutFile> {
  readonly id: DocumentId;
  readonly mode: ModeName;
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  readonly replaces?: readonly DocumentId[];
}

export const asText = (claims: readonly DocumentId[]): string => claims.join(' ');

export const filesOf = (workspace: WorkspaceId) => `WS#${workspace}#FILES`;
export const rowKey = (workspace: WorkspaceId, mode: ModeName, sha256: string) => ({
  pk: filesOf(workspace),
  sk: `${mode}~${sha256}`,
});
/** Where the bytes lie in the bucket. */
export const blobKey = (workspace: WorkspaceId, id: DocumentId): string => `${workspace}/files/${id}`;

/** By the id of a document, where its row is. */
export const pointerKey = (workspace: WorkspaceId, id: DocumentId) => ({
  pk: `WS#${workspace}#FILE_IDS`,
  sk: id,
});
export const pointer = z.object({ mode: storedId<ModeName>(), sha256: z.string() });
