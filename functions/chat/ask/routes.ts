import type { Context, Hono } from 'hono';
import { findModeByName, visiblePartOf } from '../../assistant/index.ts';
import { mount } from '../../platform/http/endpoint.ts';
import { CallerError } from '../../platform/errors.ts';
import {
  createHttpApp,
  refusalHeaders,
  type RequestVariables,
  standardBody,
} from '../../platform/http/http-app.ts';
import { limitHeaders } from '../../platform/http/rate-limit.ts';
import { type Asked, askByForm, clearConversation } from './ask.ts';
import { formEndpoints } from './endpoints.ts';
import type { ChatEffects } from '../effects.ts';
import { answerEntry, noticeEntry } from './html.ts';
import { htmlHeaders, patientHtml } from './patient-html.ts';
import { uploadFiles } from './upload.ts';
import { modesShownTo } from './visible-modes.ts';
import { wholeAnswer } from '../run/whole-answer.ts';

/** Serves `/ask` and what belongs to it, for pages that are built with HTMX. */
export function askApp(effects: ChatEffects): Hono<{ Variables: RequestVariables }> {
  const app = createHttpApp(effects);

  mount(
    app,
    formEndpoints.ask,
    async ({ form }, context) => {
      const asked = await askByForm(form, context, effects);
      return patientHtml(gone => answered(asked, gone, context, effects), effects, limitHeaders(asked.limit));
    },
    (error, context) => {
      const headers = error instanceof CallerError ? refusalHeaders(error, effects.clock) : {};
      return new Response(noticeOf(error, context, effects), {
        headers: { ...htmlHeaders, ...headers },
      });
    },
  );

  mount(app, formEndpoints.uploadFiles, async ({ form }, context) => {
    const { ids, limit } = await uploadFiles(form, context, effects);
    for (const [name, value] of Object.entries(limitHeaders(limit))) context.header(name, value);
    return { file_ids: ids };
  });

  mount(app, formEndpoints.clearConversation, async ({ form }) => {
    await clearConversation(form.conversation_id, effects);
    return { status: 'cleared' as const };
  });

  mount(app, formEndpoints.listVisibleModes, async (_, { req }) => ({
    modes: await modesShownTo(req.raw.headers, effects),
  }));

  mount(
    app,
    formEndpoints.getVisibleMode,
    async ({ params }) => {
      const found = await findModeByName(params.name, effects);
      if (!found) throw new CallerError('not_found', 'there is no mode of this name');
      return visiblePartOf(found.mode);
    },
    (error, context) => {
      if (!(error instanceof CallerError) || error.status >= 500) throw error;
      const unknown = new CallerError('not_found', 'there is no mode of this name');
      return context.json({ ...standardBody(unknown, '', context.req.path), prompts: [] }, 404);
    },
  );

  return app;
}

async function answered(
  { workspace, turn, conversationId }: Asked,
  gone: AbortSignal,
  context: Context<{ Variables: RequestVariables }>,
  effects: ChatEffects,
): Promise<string> {
  try {
    const { renderMarkdown } = await import('./render-markdown.ts');
    const { text, sources } = await wholeAnswer(workspace.id, turn, gone, effects);
    const rendered = await renderMarkdown(text, sources);
    return answerEntry(rendered, sources, { conversationId, responseId: turn.run });
  } catch (error) {
    return noticeOf(error, context, effects);
  }
}

const correctable = new Set(['bad_request', 'invalid', 'too_large', 'rate_limited']);

function noticeOf(
  error: unknown,
  context: Context<{ Variables: RequestVariables }>,
  { log }: Pick<ChatEffects, 'log'>,
): string {
  if (error instanceof CallerError) {
    return noticeEntry(correctable.has(error.code) ? 'warning' : 'error', error.message);
  }
  const requestId = context.get('requestId');
  log.error('http.defect', error, { path: context.req.path });
  return noticeEntry('error', `Something went wrong on our side; try again, and quote ${requestId}.`);
}
