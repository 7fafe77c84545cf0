import type { Context, Hono, MiddlewareHandler } from 'hono';
import { getMode } from '../../assistant/index.ts';
import type { ModeName } from '../../platform/ids.ts';
import type { RequestVariables } from '../../platform/http/http-app.ts';
import { authenticateWidgetKey, type WidgetCaller } from '../../tenants/index.ts';
import type { ChatEffects } from '../effects.ts';
import { pathOf, routes } from '../../route-registry.ts';

export interface WidgetVariables extends RequestVariables {
  /** The widget that asks. Set once its key and its page's origin have been accepted. */
  widget?: WidgetCaller;
}

const requestHeaders = 'Content-Type, X-API-Key, Last-Event-ID, X-User-Token';
const replyHeaders = 'X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, X-Request-ID';
const preflightSeconds = '600';

/**
 * Checks callers of `/api/widget`: the key and the page come first, before the body is read. A reply can only be read
 * by the page whose origin was accepted; a refusal of the key or the origin can be read by no page. Credentials are
 * never allowed: there are no cookies.
 */
export function admitWidgets(app: Hono<{ Variables: WidgetVariables }>, effects: ChatEffects): void {
  const admit: MiddlewareHandler<{ Variables: WidgetVariables }> = async (context, next) => {
    context.header('Vary', 'Origin');
    if (context.req.path !== pathOf(routes.chat.widget.operations.widgetHealth)) {
      context.set('widget', await authenticateWidgetKey(context.req.raw.headers, effects));
    }
    return next();
  };
  app.use('/api/widget/*', async (context, next) => {
    await next();
    // Not in `admit`: the app's error handler answers a refused body, after the page was accepted.
    const origin = context.get('widget')?.origin;
    context.header('Vary', 'Origin');
    if (origin === undefined) return;
    context.header('Access-Control-Allow-Origin', origin);
    context.header('Access-Control-Expose-Headers', replyHeaders);
  });
  app.use('/api/widget/*', admit);
}

/** The answer to a preflight of any page. A preflight carries no key, so only the request itself is checked. */
export function preflight(request: Request, methods: readonly string[]): Record<string, string> {
  const origin = request.headers.get('origin');
  if (origin === null || !isWebOrigin(origin)) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Methods': methods.join(', '),
    'Access-Control-Allow-Headers': requestHeaders,
    'Access-Control-Max-Age': preflightSeconds,
  };
}

/** Whether it is one origin, as a browser writes it: not `null`, no list, no address. */
function isWebOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}

/**
 * The mode that the page has named, where the widget's settings allow it and the workspace has it; else the key's own.
 * So a page can not ask a mode that nobody has opened to it.
 */
export async function modeOfPage(
  { workspace, mode, widget }: WidgetCaller,
  named: string | undefined,
  effects: ChatEffects,
): Promise<ModeName> {
  const allowed = widget.otherModes.find(other => other === named);
  const found = allowed && (await getMode(workspace.id, allowed, effects));
  return found?.name ?? mode;
}

export function widgetOf(context: Context<{ Variables: WidgetVariables }>): WidgetCaller {
  const caller = context.get('widget');
  if (!caller) throw new Error(`${context.req.path} was reached without a widget key`);
  return caller;
}
