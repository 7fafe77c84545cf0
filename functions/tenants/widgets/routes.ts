import type { Hono } from 'hono';
import type { AdminVariables } from '../access/admin-workspace.ts';
import { mount } from '../../platform/http/endpoint.ts';
import type { KeyId } from '../../platform/ids.ts';
import type { AccountsEffects } from '../effects.ts';
import { changeWidget, getWidget, requireOwnMode } from './widget.ts';
import { widgetSettingsEndpoints } from './endpoints.ts';
import { createWidgetKey, listWidgetKeys, removeWidgetKey, rotateWidgetKey } from './widget-keys.ts';
import type { WidgetKey } from './store.ts';

/** Serves the workspace's widget: its settings, its domains, its keys. The app must have found out who calls. */
export function mountWidgetSettings(
  app: Hono<{ Variables: AdminVariables }>,
  effects: AccountsEffects,
): void {
  mount(app, widgetSettingsEndpoints.readWidget, (_input, context) =>
    getWidget(context.get('principal').workspace, effects),
  );
  mount(app, widgetSettingsEndpoints.changeWidget, async ({ body }, context) => {
    const { workspace, actor: by } = context.get('principal');
    const changed = await changeWidget(workspace, body, effects);
    effects.log.info('widget.changed', { workspace, by });
    return changed;
  });
  mount(app, widgetSettingsEndpoints.changeAllowedDomains, async ({ body: { domains } }, context) => {
    const { workspace, actor: by } = context.get('principal');
    const changed = await changeWidget(workspace, { allowedDomains: domains }, effects);
    effects.log.info('widget.domains_changed', { workspace, by });
    return changed;
  });
  mount(app, widgetSettingsEndpoints.listWidgetKeys, async (_input, context) => {
    const keys = await listWidgetKeys(context.get('principal').workspace, effects);
    return { keys: keys.map(onWire) };
  });
  mount(app, widgetSettingsEndpoints.createWidgetKey, async ({ body }, context) => {
    const { workspace, actor: by } = context.get('principal');
    if (body.mode !== undefined) await requireOwnMode(workspace, body.mode, effects);
    const created = await createWidgetKey(workspace, body, effects);
    effects.log.info('widget_key.created', { workspace, keyId: created.keyId, by });
    return onWire(created);
  });
  mount(app, widgetSettingsEndpoints.rotateWidgetKey, async ({ params }, context) => {
    const { workspace, actor: by } = context.get('principal');
    const rotated = await rotateWidgetKey(workspace, params.key_id as KeyId, effects);
    effects.log.info('widget_key.rotated', { workspace, keyId: rotated.keyId, by });
    return onWire(rotated);
  });
  mount(app, widgetSettingsEndpoints.deleteWidgetKey, async ({ params }, context) => {
    const { workspace, actor: by } = context.get('principal');
    const removed = await removeWidgetKey(workspace, params.key_id as KeyId, effects);
    effects.log.info('widget_key.deleted', { workspace, keyId: removed.keyId, by });
    return onWire(removed);
  });
}

const onWire = ({ keyId, name, key, mode, createdAt, rotatedAt }: WidgetKey) => ({
  key_id: keyId,
  name,
  key,
  mode: mode ?? null,
  created_at: createdAt,
  rotated_at: rotatedAt ?? null,
});
