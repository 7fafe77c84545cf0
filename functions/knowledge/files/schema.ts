import * as z from 'zod';
import type { DocumentId, ModeName, WorkspaceId } from '../../platform/ids.ts';
import { plainName } from '../../platform/schema.ts';
import { documentStates } from './file-row-store.ts';

const modeName = z
  .string()
  .min(1)
  .max(64)
  .transform(name => name as ModeName);
const documentId = z
  .string()
  .regex(/^file-[\da-f-]{36}$/, 'the id of a document')
  .transform(id => id as DocumentId);

export const ofDocument = z.object({ document_id: documentId });
/** The last part of the address is for people. */
export const citedFile = ofDocument.extend({
  workspace_id: z
    .string()
    .min(1)
    .max(64)
    .transform(id => id as WorkspaceId),
  filename: z.string().max(1000),
});
export const listQuery = z.object({ mode: modeName.optional().describe('without it: of all modes') });

const emptyIsAbsent = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(value => (value === '' ? undefined : value), schema.optional());
const title = emptyIsAbsent(plainName(300));
const tag = emptyIsAbsent(plainName(60)).describe('one of the tags of the mode');
const note = (longest: number) => emptyIsAbsent(z.string().trim().max(longest));

/** A form's list: `a, b`, or as JSON `["a", "b"]`. */
const tags = z
  .string()
  .default('')
  .transform((text, context) => {
    if (!text.trim().startsWith('[')) return text.split(',').map(name => name.trim());
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'a list as JSON, or names with commas between them' });
      return z.NEVER;
    }
  })
  .pipe(z.array(z.string().trim().max(60)).max(20))
  .transform(names => [...new Set(names.filter(name => name !== ''))]);

/** The form of `POST /admin/documents`. */
export const newDocument = z.object({
  mode: modeName,
  content: note(20_000).describe('text of your own, which is read before that of the file'),
  tag,
  title,
  always_include: z
    .enum(['true', 'false', ''])
    .default('')
    .describe('whether every answer takes it into account'),
  file: z.array(z.file()).max(1).default([]).describe('at most 4 MB; without it `content` is the document'),
});

/** The form of `POST /api/dashboard/documents/upload`. */
export const dashboardUpload = z.object({
  file: z.array(z.file()).min(1).max(1).describe('at most 4 MB'),
  mode: emptyIsAbsent(modeName).describe("without it the workspace's default mode"),
  title,
  description: note(2_000),
  tags: tags.describe('names with commas between them, or a list as JSON'),
});

export const announcement = z.strictObject({
  mode: modeName,
  filename: plainName(200),
  content_type: z
    .string()
    .regex(/^[\w.+-]{1,80}\/[\w.+-]{1,80}$/)
    .default('application/octet-stream'),
  size: z.int().min(1).optional().describe('in bytes'),
  title: plainName(300).optional(),
  content: z.string().trim().max(20_000).optional(),
  tag: plainName(60).optional(),
  tags: z.array(plainName(60)).max(20).default([]),
});
export const announced = z.object({
  document_id: z.string(),
  url: z.string().describe('POST a multipart form to it within ten minutes'),
  fields: z.record(z.string(), z.string()).describe('the fields of the form, before its last field `file`'),
  max_bytes: z.int(),
});

export const documentChange = z.strictObject({
  title: plainName(300).nullable().optional(),
  tag: plainName(60).nullable().optional(),
  tags: z.array(plainName(60)).max(20).optional(),
  always_include: z.boolean().optional(),
});

const state = z.enum(documentStates);

export const describedDocument = z.object({
  _id: z.string(),
  mode: z.string(),
  filename: z.string(),
  title: z.string().nullable(),
  content: z.string().describe('text of the owner, which is read before that of the file'),
  tag: z.string().nullable(),
  tags: z.array(z.string()),
  always_include: z.boolean(),
  source: z.enum(['uploaded', 'discovered']),
  source_url: z.string().nullable(),
  file_type: z.string(),
  file_size: z.int().describe('in bytes'),
  s3_key: z.string(),
  openai_file_id: z.null().describe('no file leaves for a model provider'),
  user_id: z.string().nullable().describe('who added it'),
  created_at: z.string(),
  updated_at: z.string(),
  status: state,
  progress: z.int().min(0).max(100),
  current_step: z.string().describe('for people'),
  error: z.string().nullable(),
  pages: z.int().nullable(),
  failed_pages: z.array(z.object({ page: z.int(), reason: z.string() })),
  notes: z.array(z.string()).describe('what was left out'),
  chunks: z.int().nullable(),
});

export const uploadedReply = z.object({ id: z.string(), status: state, filename: z.string() });
export const statusReply = z.object({
  id: z.string(),
  status: state,
  progress: z.int().min(0).max(100),
  currentStep: z.string(),
  chunksTotal: z.int().nullable(),
  chunksProcessed: z.int().nullable(),
  errorMessage: z.string().nullable(),
});
export const downloadReply = z.object({
  download_url: z.string().describe('good for 300 seconds'),
  filename: z.string(),
});
