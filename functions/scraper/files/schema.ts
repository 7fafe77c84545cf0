import * as z from 'zod';

export const discoveredFile = z.object({
  _id: z.string(),
  file_url: z.string(),
  filename: z.string(),
  file_type: z.string().describe('for people'),
  file_extension: z.string(),
  link_text: z.string(),
  file_size: z.int().nullable().describe('in bytes, where the site says it'),
  source_page_url: z.string(),
  source_page_title: z.string(),
  base_domain: z.string(),
  discovered_at: z.string(),
  status: z.literal('discovered'),
  detected_via: z.string(),
  is_embedded: z.boolean(),
  viewer_url: z.string().nullable(),
  error: z.string().nullable().describe('why it could not be added, the last time'),
});

const fileId = z.string().regex(/^[a-z\d_-]{1,64}~[\da-f]{32}$/, 'an id of a discovered file');
const tag = z.string().trim().min(1).max(64).optional().describe('one of the tags of the mode');

export const ofFile = z.object({ file_id: fileId });
export const fileRequest = z.strictObject({ file_id: fileId });
export const addRequest = z.strictObject({ file_id: fileId, tag });
export const filesRequest = z.strictObject({ file_ids: z.array(fileId).min(1).max(500) });
export const addManyRequest = filesRequest.extend({ tag });

const done = z.literal(true);
const count = z.int().min(0);

export const addReply = z.object({
  success: done,
  message: z.string(),
  document_id: z.string(),
  openai_file_id: z.null().describe('no file leaves for a model provider'),
});
export const addManyReply = z.object({
  success: done,
  count,
  document_ids: z.array(z.string()),
  job_id: z.string().nullable(),
});
export const fileReply = z.object({ success: done, message: z.string() });
export const filesReply = z.object({ success: done, count });
