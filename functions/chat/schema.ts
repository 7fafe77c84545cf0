import * as z from 'zod';
import { source, visibleMode } from '../assistant/schema.ts';
import { exactName, plainName } from '../platform/schema.ts';

/** A caller may write an id in capitals; it is kept in lower case. */
const uuid = z.guid('not a UUID').toLowerCase();
const time = z.iso.datetime({ offset: true });

export const userNameLength = 120;
export const contentLength = 8_000;

export const runStatus = z.enum(['queued', 'running', 'done', 'error', 'canceled']);
export type RunStatus = z.output<typeof runStatus>;

const notBlank = (text: string) => text.trim() !== '';

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
export const runParams = z.object({ run_id: uuid });

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

export const newMessage = z.object({
  content: z.string().max(contentLength).refine(notBlank, 'must not be blank'),
});
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

export const streamHeaders = z.object({
  'Last-Event-ID': z
    .string()
    .optional()
    .describe('the id of the last event that was received; anything but digits counts as 0'),
});

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
  expires_at: time,
});

export const health = z.object({
  status: z.enum(['ok', 'degraded']).describe('degraded: a provider has failed the last question'),
  model: z.string(),
  embedder: z.string(),
  index: z.string(),
  parts: z.record(z.string(), z.enum(['ok', 'failing'])),
  failing_since: z.record(z.string(), time).optional().describe('of providers, by part'),
});

const field = z.string().default('');

/** The form of `/ask`. What it can not be asked for is said in the reply, which is always HTML. */
export const question = z.object({
  message: field.describe('the question'),
  mode: field.describe('the public name of a mode; without it `default`'),
  tag: field.describe(
    'a subject of the mode, which is looked for and kept to; an unknown one counts as none',
  ),
  conversation_id: field.describe('as in the last reply; empty for a new conversation'),
  response_id: field.describe('as in the last reply; the conversation alone decides what is remembered'),
  uploaded_files: z
    .array(z.string())
    .default([])
    .describe(
      'ids of `/upload-files`, to answer this question from; of no effect where the mode takes no files',
    ),
});
export type Question = z.output<typeof question>;

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

const serverQuestion = z.object({
  tag: z.string().max(60).nullish().describe('a subject of the mode, which is looked for and kept to'),
  conversation_id: z
    .union([z.literal(''), uuid])
    .nullish()
    .describe('as in the last reply; without it a new conversation'),
  response_id: z.string().max(64).nullish().describe('as in the last reply; the conversation alone decides'),
});
/** What the servers of other sites ask, besides the question itself. */
export type ServerQuestion = z.output<typeof serverQuestion>;
const wholeQuestion = newMessage.shape.content;
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
  tag: z.string().nullable(),
  sources: z.array(source),
});
export const permitsReply = serverReply.extend({ mode: z.literal('permitsca') });
export const jobsReply = serverReply.extend({ mode: z.literal('talentcentral'), user_id: z.string() });

export const visibleModes = z.object({ modes: z.array(visibleMode) });
export const modeParams = z.object({ name: z.string().max(64) });
/** A mode by its name, as pages ask for it. */
export const namedMode = visibleMode.omit({ name: true, tags: true });

export const widgetMessageLength = 2_000;

/** The name of a widget's conversation: a browser makes it up at random, and keeps it to itself. */
const sessionId = z
  .uuid('not a UUID')
  .toLowerCase()
  .refine(id => !/^(0|f)[0f-]+$/.test(id), 'a session is named by a random UUID');
const knownText = z.string().max(2_000);

/** They are read with the question, and lie in one item of the table. */
export const attachedLimits = { files: 3, characters: 60_000 };

const attachedFiles = z
  .array(
    z.object({
      name: plainName(200),
      text: z.string().refine(notBlank, 'must not be blank'),
    }),
  )
  .max(attachedLimits.files)
  .refine(
    files => files.reduce((sum, { text }) => sum + text.length, 0) <= attachedLimits.characters,
    `at most ${attachedLimits.characters} characters in all`,
  );

export const widgetMessage = z.object({
  message: z.string().max(widgetMessageLength).refine(notBlank, 'must not be blank'),
  sessionId,
  files: attachedFiles
    .optional()
    .describe('texts to answer from, for this question alone; only where the mode takes files'),
  metadata: z
    .object({
      userAgent: z.string().max(1_000).optional(),
      pageUrl: z
        .url({ protocol: /^https?$/, error: 'an http:// or https:// address' })
        .max(4_000)
        .optional(),
      customFields: z
        .record(z.string().max(64), z.union([knownText, z.number(), z.boolean(), z.null()]))
        .refine(fields => Object.keys(fields).length <= 50, 'at most 50 fields')
        .optional(),
    })
    .optional()
    .describe('of the page that shows the widget; checked, and not kept'),
});
export type WidgetMessage = z.output<typeof widgetMessage>;

export const widgetSource = source.omit({ id: true }).extend({ documentId: z.string() });
export type WidgetSource = z.output<typeof widgetSource>;

export const widgetReply = z.object({
  response: z.string().describe('markdown, with citations as `[1]`'),
  sessionId: z.string(),
  sources: z.array(widgetSource),
});

export const widgetConfig = z.object({
  widget: z.object({
    primaryColor: z.string(),
    textColor: z.string(),
    position: z.string(),
    welcomeMessage: z.string(),
    widgetName: z.string(),
    mode: z.string(),
    title: z.string(),
    quickPrompts: z.array(z.string()),
    allowFileUpload: z.boolean(),
    disableOnMobile: z.boolean(),
  }),
});
export type WidgetConfig = z.output<typeof widgetConfig>;

export const widgetHealth = z.object({
  status: z.enum(['ok', 'degraded']),
  timestamp: time,
  services: z.object({
    express: z.literal(true).describe('this API'),
    pythonBackend: z.boolean().describe('what answers: model, index and tables'),
  }),
});

/** The data of the events of a widget's stream, by event; `done` carries the text `[DONE]` instead of JSON. */
export const widgetEvents = {
  /** First in every connection. `resume`: the path to GET, with `Last-Event-ID`, when the connection is lost. */
  start: z.object({ traceId: z.string(), sessionId: z.string().optional(), resume: z.string() }),
  chunk: z.object({ text: z.string() }),
  /** The answer begins anew: what the chunks said so far is void. */
  reset: z.object({ attempt: z.int() }),
  sources: z.array(widgetSource),
  usage: z.object({
    promptTokens: z.int(),
    completionTokens: z.int(),
    totalTokens: z.int(),
    cached: z.boolean(),
  }),
  /** Last, instead of `done`. */
  error: z.object({ code: z.string(), message: z.string() }),
};
export type WidgetEvent = {
  [Type in keyof typeof widgetEvents]: {
    readonly event: Type;
    readonly data: z.output<(typeof widgetEvents)[Type]>;
  };
}[keyof typeof widgetEvents];
