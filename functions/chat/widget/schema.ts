import * as z from 'zod';
import { source } from '../../assistant/schema.ts';
import { plainName } from '../../platform/schema.ts';
import { attachedLimits, notBlank, runStatus, time } from '../schema.ts';
import { lengthOf } from '../../platform/portable/text-length.ts';

export const widgetMessageLength = 2_000;

/** The id of a widget's conversation. The browser makes it at random, and tells nobody else. */
const sessionId = z
  .uuid('not a UUID')
  .toLowerCase()
  .refine(id => !/^(0|f)[0f-]+$/.test(id), 'a session is named by a random UUID');
const knownText = z.string().max(2_000);

const attachedFiles = z
  .array(
    z.object({
      name: plainName(200),
      text: z.string().refine(notBlank, 'must not be blank'),
    }),
  )
  .max(attachedLimits.files)
  .refine(
    files => files.reduce((sum, { text }) => sum + lengthOf(text), 0) <= attachedLimits.characters,
    `at most ${attachedLimits.characters} characters in all`,
  );

/** Of any text: what is not allowed is ignored. */
const namedMode = z
  .string()
  .max(200)
  .optional()
  .describe(
    "which of the widget's `otherModes` shall answer; any other is ignored, and the key's mode answers",
  );
export const widgetConfigQuery = z.object({ mode: namedMode });

export const widgetMessage = z.object({
  message: z.string().max(widgetMessageLength).refine(notBlank, 'must not be blank'),
  sessionId,
  mode: namedMode,
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

export const widgetCanceled = z.object({ ok: z.literal(true), status: runStatus });

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

/** The data of each event of a widget's stream. `done` has the text `[DONE]` instead of JSON. */
export const widgetEvents = {
  /**
   * The first event of every connection. `resume` is the path to GET, with `Last-Event-ID`, when the connection is
   * lost.
   */
  start: z.object({ traceId: z.string(), sessionId: z.string().optional(), resume: z.string() }),
  /** `sources`: those that this text is the first to cite. */
  chunk: z.object({ text: z.string(), sources: z.array(widgetSource).optional() }),
  /** The answer begins anew. The text of all chunks before is void. */
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
