import type * as z from 'zod';
import { readReply } from './api-client.ts';
import { type Command, usageError, parseCommandLine } from './command.ts';
import { exitCodes } from './command-error.ts';
import { keyEndpoints } from '../../functions/tenants/keys/endpoints.ts';
import { keyScope } from '../../functions/tenants/schema.ts';
import { apiKey, createdKey } from '../../functions/tenants/keys/schema.ts';

export const key: Command = {
  verb: 'key',
  summary: 'create, list, rotate and revoke API keys',
  help: `Usage: switchboard key create --name NAME [--scope chat|admin] [--expires-in-days N]
       switchboard key list
       switchboard key rotate KEY_ID [--overlap-hours N]
       switchboard key revoke KEY_ID

A key is printed once, when it is created. A revoked key stops working within half a minute; one that is rotated does, too, unless it is
given some hours of overlap (168 at most).
The scope "chat" (default) may only ask; "admin" may also change what the workspace knows, and its keys.`,

  async run(args, effects) {
    const { terminal, interrupted: signal } = effects;
    const { values, positionals } = parseCommandLine('key', args, {
      name: { type: 'string' },
      scope: { type: 'string', default: 'chat' },
      'expires-in-days': { type: 'string' },
      'overlap-hours': { type: 'string', default: '0' },
    });
    const [action, id, ...more] = positionals;
    const showNew = async (path: string, body: object) => {
      const api = await effects.connect();
      const created = await readReply(await api.send(path, { method: 'POST', body, signal }), createdKey);
      terminal.note(`Key ${created.key_id}, scope ${created.scope}; it is not shown again:`);
      terminal.write(`${created.key}\n`);
      return exitCodes.done;
    };
    if (action === 'create' && id === undefined) {
      const scope = keyScope.safeParse(values.scope);
      if (!scope.success) throw usageError('key', `--scope ${values.scope}: chat or admin`);
      if (values.name === undefined) throw usageError('key', 'what is it for? --name NAME');
      const days = values['expires-in-days'];
      if (days !== undefined && !/^[1-9]\d{0,3}$/.test(days))
        throw usageError('key', `--expires-in-days ${days}: a number above 0`);
      return showNew('/admin/keys', {
        name: values.name,
        scope: scope.data,
        expires_in_days: days === undefined ? undefined : Number(days),
      });
    }
    if (action === 'rotate' && id !== undefined && more.length === 0) {
      const hours = values['overlap-hours'];
      if (!/^\d{1,3}$/.test(hours)) throw usageError('key', `--overlap-hours ${hours}: a number up to 168`);
      return showNew(`/admin/keys/${encodeURIComponent(id)}/rotate`, { overlap_hours: Number(hours) });
    }
    if (action === 'list' && id === undefined) {
      const api = await effects.connect();
      const { keys } = await readReply(
        await api.send('/admin/keys', { signal }),
        keyEndpoints.listKeys.reply,
      );
      for (const each of keys) terminal.write(`${row(each)}\n`);
      return exitCodes.done;
    }
    if (action === 'revoke' && id !== undefined && more.length === 0) {
      const api = await effects.connect();
      const path = `/admin/keys/${encodeURIComponent(id)}`;
      const { name } = await readReply(await api.send(path, { method: 'DELETE', signal }), apiKey);
      terminal.write(`Revoked ${id} (${name}).\n`);
      return exitCodes.done;
    }
    throw usageError('key', 'create, list, rotate KEY_ID or revoke KEY_ID?');
  },
};

function row(key: z.output<typeof apiKey>): string {
  const { key_id, scope, name, created_at, expires_at, revoked_at, last_used_at } = key;
  const state = revoked_at ? `revoked ${revoked_at}` : expires_at ? `until ${expires_at}` : 'in use';
  const used = last_used_at ? `used ${last_used_at}` : 'never used';
  return [key_id, scope.padEnd(5), created_at, state, used, name].join('  ');
}
