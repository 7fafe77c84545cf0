import * as z from 'zod';
import { source } from '../../assistant/schema.ts';
import { uuid, wholeQuestion } from '../schema.ts';

const serverQuestion = z.object({
  tag: z.string().max(60).nullish().describe('a subject of the mode, which is looked for and kept to'),
  conversation_id: z
    .string()
    .max(200)
    .nullish()
    .describe('as in the last reply; without it, and with one that is not known here, a new conversation'),
  response_id: z.string().max(64).nullish().describe('as in the last reply; the conversation alone decides'),
});
/** What the servers of other sites ask, besides the question itself. */
export type ServerQuestion = z.output<typeof serverQuestion>;
const person = z.string().trim().min(1).max(128);

export const permitsQuestion = serverQuestion.extend({ message: wholeQuestion });
export const jobsQuestion = serverQuestion.extend({
  prompt: wholeQuestion,
  user_id: person.describe('your own name for the person who asks; it is kept as a hash'),
});

const serverReply = z.object({
  response: z.string().describe('markdown, with citations as `[1]`'),
  conversation_id: uuid,
  response_id: uuid,
  usage: z.int().nullable().describe('tokens, in and out'),
  tag: z.string().describe('as it was sent, empty for none'),
  sources: z.array(source),
});
export const permitsReply = serverReply.extend({ mode: z.literal('permitsca') });
export const jobsReply = serverReply.extend({ mode: z.literal('talentcentral'), user_id: z.string() });
