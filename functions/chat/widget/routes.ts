import type { Hono } from 'hono';
import { getMode, visiblePartOf } from '../../assistant/index.ts';
import { isoTime } from '../../platform/clock.ts';
import { mount } from '../../platform/http/endpoint.ts';
import { CallerError } from '../../platform/errors.ts';
import { createHttpApp } from '../../platform/http/http-app.ts';
import type { RunId } from '../../platform/ids.ts';
import { limitHeaders } from '../../platform/http/rate-limit.ts';
import { limitStateOf } from '../../tenants/index.ts';
import type { ChatEffects } from '../effects.ts';
import { readHealth } from '../health.ts';
import { cursorOf, eventStream, streamHeaders } from '../stream.ts';
import { cancel } from '../run/cancel.ts';
import { answerInTime } from '../run/whole-answer.ts';
import { admitWidgets, modeOfPage, preflight, type WidgetVariables, widgetOf } from './caller.ts';
import { widgetEndpoints } from './endpoints.ts';
import { asWidgetFailure, widgetErrorBody } from './errors.ts';
import { askByWidget, widgetRun } from './question.ts';
import { widgetSourceOf } from './source.ts';
import { widgetFrames } from './stream.ts';
import { pathOf, routes } from '../../route-registry.ts';

const resumePath = (run: RunId) =>
  pathOf(routes.chat.widget.operations.resumeWidgetStream).replace('{run_id}', run);

/** The API of the widget, for the pages on which a workspace allows it. */
export function widgetApp(effects: ChatEffects): Hono<{ Variables: WidgetVariables }> {
  const app = createHttpApp<WidgetVariables>(effects, widgetErrorBody(effects.clock), preflight);
  admitWidgets(app, effects);

  mount(app, widgetEndpoints.widgetConfig, async ({ query }, context) => {
    const caller = widgetOf(context);
    const { workspace, widget } = caller;
    const name = await modeOfPage(caller, query.mode, effects);
    const [found, limit] = await Promise.all([
      getMode(workspace.id, name, effects),
      limitStateOf(workspace, effects),
    ]);
    if (!found) throw new CallerError('unavailable', `the widget's mode "${name}" does not exist`);
    for (const [header, value] of Object.entries(limitHeaders(limit))) context.header(header, value);
    const mode = visiblePartOf(found);
    return {
      widget: {
        primaryColor: widget.primaryColor,
        textColor: mode.text_color,
        position: widget.position,
        welcomeMessage: widget.welcomeMessage,
        widgetName: widget.widgetName,
        mode: name,
        title: mode.title,
        quickPrompts: mode.prompts,
        allowFileUpload: mode.allow_file_upload,
        disableOnMobile: mode.disable_widget_on_mobile,
      },
    };
  });

  mount(app, widgetEndpoints.widgetChat, async ({ body }, context) => {
    const caller = widgetOf(context);
    const { turn, limit } = await askByWidget(caller, body, context, effects);
    for (const [header, value] of Object.entries(limitHeaders(limit))) context.header(header, value);
    const { text, sources } = await answerInTime(caller.workspace.id, turn, effects).catch(error => {
      throw asWidgetFailure(error);
    });
    return { response: text, sessionId: body.sessionId, sources: sources.map(widgetSourceOf) };
  });

  mount(app, widgetEndpoints.widgetStream, async ({ body }, context) => {
    const caller = widgetOf(context);
    const { turn, limit } = await askByWidget(caller, body, context, effects);
    const start = {
      traceId: context.get('requestId'),
      sessionId: body.sessionId,
      resume: resumePath(turn.run),
    };
    return eventStream(
      gone => widgetFrames(caller.workspace.id, turn, { start, cursor: 0 }, gone, effects),
      effects,
      limitHeaders(limit),
    );
  });

  mount(app, widgetEndpoints.resumeWidgetStream, async ({ params }, context) => {
    const caller = widgetOf(context);
    const [turn, limit] = await Promise.all([
      widgetRun(caller, params.run_id as RunId, effects),
      limitStateOf(caller.workspace, effects),
    ]);
    const left = limitHeaders(limit);
    // A HEAD request must not start a run, and Hono's GET handlers answer HEAD too.
    if (context.req.method === 'HEAD') return new Response(null, { headers: { ...streamHeaders, ...left } });
    const cursor = cursorOf(context.req.header('Last-Event-ID'));
    const start = { traceId: context.get('requestId'), resume: resumePath(turn.run) };
    return eventStream(
      gone => widgetFrames(caller.workspace.id, turn, { start, cursor }, gone, effects),
      effects,
      left,
    );
  });

  mount(app, widgetEndpoints.cancelWidgetStream, async ({ params }, context) => {
    const caller = widgetOf(context);
    const turn = await widgetRun(caller, params.run_id as RunId, effects);
    return { ok: true as const, status: await cancel(caller.workspace.id, turn, effects) };
  });

  mount(app, widgetEndpoints.widgetHealth, async () => {
    const healthy = await readHealth(effects).then(
      ({ status }) => status === 'ok',
      () => false,
    );
    return {
      status: healthy ? ('ok' as const) : ('degraded' as const),
      timestamp: isoTime(effects.clock.now()),
      services: { express: true as const, pythonBackend: healthy },
    };
  });

  return app;
}
