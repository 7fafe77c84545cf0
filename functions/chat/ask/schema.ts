import * as z from 'zod';
import { visibleMode } from '../../assistant/schema.ts';
import { uuid } from '../schema.ts';

const field = z.string().default('');

/** The form of `/ask`. A form that is not valid is answered in HTML too, as everything here. */
export const askForm = z.object({
  message: field.describe('the question'),
  mode: field.describe('the public name of a mode; without it `default`'),
  tag: field.describe(
    'a subject of the mode, which is looked for and kept to; an unknown one counts as none',
  ),
  conversation_id: field.describe('as in the last reply; empty for a new conversation'),
  response_id: field.describe('as in the last reply; the conversation alone decides what is remembered'),
  user_token: field.describe(
    'of a site whose users have signed in there; in the header `X-User-Token` as well. Whatever is wrong with it makes a guest',
  ),
  uploaded_files: z
    .array(z.string())
    .default([])
    .describe(
      'ids of `/upload-files`, to answer this question from; of no effect where the mode takes no files',
    ),
});
export type AskForm = z.output<typeof askForm>;

/** The form of `/upload-files`. */
export const sentFiles = z.object({
  files: z.array(z.file()).describe('text in UTF-8: at most 3 files, of 60000 characters in all'),
  mode: field.describe('the public name of a mode; without it `default`'),
  conversation_id: field.describe('where there is one: no other can use the files then'),
});
export type SentFiles = z.output<typeof sentFiles>;
export const keptFiles = z.object({
  file_ids: z.array(uuid).describe('in the order of the files; good for a day'),
});

export const clearedConversation = z.object({ conversation_id: field });
export const cleared = z.object({ status: z.literal('cleared') });

export const visibleModes = z.object({ modes: z.array(visibleMode) });
export const modeParams = z.object({ name: z.string().max(64) });
/** What a page is told of one mode. */
export const namedMode = visibleMode.omit({ name: true, tags: true });
