import { assistantHealth } from '../assistant/index.ts';
import { indexHealth } from '../knowledge/index.ts';
import { CallerError } from '../platform/errors.ts';
import type { Table } from '../platform/table.ts';
import type { ChatEffects } from './effects.ts';

/** Which model, embedder and index answer. `unavailable` when a table that answering needs can not be read. */
export async function readHealth(effects: ChatEffects) {
  const tables = { chat: effects.chat, tenants: effects.tenants, knowledge: effects.knowledge };
  const [model, index, ...parts] = await Promise.all([
    assistantHealth(effects),
    indexHealth(effects),
    ...Object.entries(tables).map(
      async ([name, table]) => [name, await stateOf(table, name, effects)] as const,
    ),
  ]);
  const found = { ...model, ...index, parts: Object.fromEntries(parts) };
  const failing = parts.filter(([, state]) => state === 'failing').map(([name]) => name);
  if (failing.length === 0) return { status: 'ok' as const, ...found };
  throw new CallerError('unavailable', `can not be read: the table ${failing.join(', ')}`, {
    details: found,
  });
}

async function stateOf(table: Table, name: string, effects: ChatEffects): Promise<'ok' | 'failing'> {
  try {
    await table.get({ pk: 'HEALTH', sk: 'HEALTH' });
    return 'ok';
  } catch (error) {
    effects.log.error('health.part_failing', error, { part: name });
    return 'failing';
  }
}
