import { CallerError } from '../../platform/errors.ts';
import type { KeyId, ModeName } from '../../platform/ids.ts';
import { noteLogIds } from '../../platform/log-ids.ts';
import { mayStandOn } from './allowed-domains.ts';
import { lookUpName } from '../directory.ts';
import type { TenantsEffects } from '../effects.ts';
import type { WidgetSettings } from './schema.ts';
import { readWorkspace } from '../workspaces/store.ts';
import { widgetKeyForm, widgetKeyPrefix } from './widget-keys.ts';
import { readWidget, readWidgetKey } from './store.ts';
import type { Workspace } from '../workspaces/workspace.ts';

/** A page that shows a workspace's widget. */
export interface WidgetCaller {
  readonly workspace: Workspace;
  /** The mode that answers. */
  readonly mode: ModeName;
  readonly widget: WidgetSettings;
  readonly keyId: KeyId;
  /** The page's origin, for the CORS headers. Absent for a page of this deployment, which needs none. */
  readonly origin?: string;
}

/**
 * Reads the widget's public key from the header `x-api-key`. Checks in this order: the key is sent and has the right
 * form (`unauthorized`), it is known and not replaced (`unauthorized`), the workspace is active (`forbidden`, with its
 * status in the details), the page's origin is allowed (`forbidden`). Nothing is remembered between calls, so a
 * replaced key stops working at once. The key is public, and a program that is no browser can forge the origin: what a
 * widget may do must be limited elsewhere too.
 */
export async function authenticateWidgetKey(
  headers: Headers,
  effects: TenantsEffects,
): Promise<WidgetCaller> {
  const key = headers.get('x-api-key');
  if (key === null || key === '') {
    throw new CallerError('unauthorized', 'the x-api-key header is missing: send the widget key');
  }
  if (!key.startsWith(widgetKeyPrefix)) {
    throw new CallerError('unauthorized', `the x-api-key header holds no widget key (${widgetKeyPrefix}...)`);
  }
  const entry = widgetKeyForm.test(key) ? await lookUpName('widget-key', key, effects) : undefined;
  if (!entry) throw unknownKey();
  const keyId = entry.value as KeyId;
  const [known, workspace, widget] = await Promise.all([
    readWidgetKey(entry.workspace, keyId, effects),
    readWorkspace(entry.workspace, effects),
    readWidget(entry.workspace, effects),
  ]);
  if (known?.key !== key || !workspace) throw unknownKey();
  noteLogIds({ workspace: workspace.id });
  const { status, site, defaultMode } = workspace;
  if (status !== 'active') {
    throw new CallerError('forbidden', `this workspace is ${status}`, { details: { status } });
  }
  const mode = known.mode ?? widget.mode ?? defaultMode;
  // The browser sets this header, and no page can: a page of this deployment shows the widget.
  if (headers.get('sec-fetch-site') === 'same-origin') return { workspace, mode, widget, keyId };
  const origin = originOf(headers);
  if (origin === undefined || !mayStandOn(origin, widget.allowedDomains, site)) {
    const page = origin === undefined ? 'a page that does not say which it is' : origin;
    throw new CallerError(
      'forbidden',
      `the widget may not stand on ${page}: add its domain to the allowed ones`,
    );
  }
  return { workspace, mode, widget, keyId, origin };
}

const unknownKey = () =>
  new CallerError('unauthorized', 'the widget key is not valid: it is unknown or was replaced');

/** A browser sends no `Origin` with a plain GET to its own site. It may send the page's address as `Referer`. */
function originOf(headers: Headers): string | undefined {
  const origin = headers.get('origin');
  if (origin !== null) return origin;
  const page = URL.parse(headers.get('referer') ?? '');
  return page && page.origin !== 'null' ? page.origin : undefined;
}
