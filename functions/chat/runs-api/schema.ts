import * as z from 'zod';
import { source } from '../../assistant/schema.ts';
import { exactName } from '../../platform/schema.ts';
import { notBlank, runStatus, time, uuid, wholeQuestion } from '../schema.ts';

export const userNameLength = 120;

export const newUser = z.object({
  name: exactName(userNameLength)
    .refine(notBlank, 'must not be blank')
    .describe('compared exactly, capitals and spaces included'),
});
export const user = z.object({ user_id: z.int(), name: z.string() });

export const newThread = z.object({
  user_id: z
    .int()
    .optional()
    .describe('whose thread it is: required with an API key, optional with a visitor token'),
  mode: z.string().min(1).max(64).optional().describe("without it the workspace's default mode"),
});
export const createdThread = z.object({ thread_id: uuid });
export const threadParams = z.object({ thread_id: uuid });

export const message = z.object({
  id: uuid,
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  created_at: time,
  run_id: uuid.describe('the run that answers the message, or gave the answer'),
  status: runStatus.describe('of that run'),
  error: z.string().nullable().describe('why the run failed'),
  sources: z.array(source).describe('of an answer'),
});

export const thread = z.object({
  thread_id: uuid,
  user_id: z.int().nullable().describe('null for the thread of a visitor'),
  mode: z.string(),
  messages: z.array(message).describe('oldest first'),
});

export const newMessage = z.object({ content: wholeQuestion });
export const createdRun = z.object({ run_id: uuid });

export const run = z.object({
  run_id: uuid,
  thread_id: uuid,
  status: runStatus,
  created_at: time,
  started_at: time.nullable(),
  finished_at: time.nullable(),
  error: z.string().nullable(),
});

export const canceledRun = z.object({ ok: z.literal(true), status: runStatus });

export const newVisitor = z.object({
  mode: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('the public name of a mode; without it that of the token, or `default`'),
});
export const visitor = z.object({
  token: z.string().describe('send it as `Authorization: Bearer <token>`'),
  visitor: z.string(),
  mode: z.string(),
  title: z.string().describe('of the mode, for the head of a page'),
  intro: z.string().describe('the first thing that a visitor reads'),
  prompts: z.array(z.string()).describe('questions to offer'),
  color: z.string().optional().describe('`#rrggbb`, of the mode, for its page'),
  text_color: z.string().optional().describe('`#rrggbb`, of text on that colour'),
  expires_at: time,
});

export const health = z.object({
  status: z
    .enum(['ok', 'degraded'])
    .describe(
      'degraded: a provider has failed the last question, or the index or its vectors are being rebuilt',
    ),
  model: z.string(),
  embedder: z.string(),
  index: z.string(),
  parts: z.record(z.string(), z.enum(['ok', 'failing', 'rebuilding'])),
  failing_since: z.record(z.string(), time).optional().describe('of providers, by part'),
});
