import * as z from 'zod';
import { epochSeconds } from '../../platform/clock.ts';
import type { Embedder, EmbedderSettings } from '../../platform/models/embedder.ts';
import type { WorkspaceId } from '../../platform/ids.ts';
import { parseItem } from '../../platform/aws/stored.ts';
import type { Table } from '../../platform/aws/table.ts';
import type { KnowledgeTableEffects } from '../effects.ts';

type StoreEffects = Pick<KnowledgeTableEffects, 'knowledge' | 'clock'>;

/** A lease that was not taken again for so long is deleted. */
const forgetLeaseSeconds = 7 * 24 * 3600;
const partition = (workspace: WorkspaceId) => `WS#${workspace}#EMBEDDING`;

const embeddingKey = (workspace: WorkspaceId) => ({ pk: partition(workspace), sk: 'LEASE' });

/** False when another process has it. It expires after `ms`, so that a process that died blocks nobody. */
export async function takeEmbeddingLease(
  workspace: WorkspaceId,
  holder: string,
  ms: number,
  effects: StoreEffects,
): Promise<boolean> {
  const now = effects.clock.now();
  const taken = await effects.knowledge.update(embeddingKey(workspace), {
    set: { holder, until: now + ms, expires: epochSeconds(now) + forgetLeaseSeconds },
    condition: 'attribute_not_exists(#until) OR #until < :now',
    values: { now },
  });
  return taken !== undefined;
}

/** False when it has expired and another process has taken it. */
export async function keepEmbeddingLease(
  workspace: WorkspaceId,
  holder: string,
  ms: number,
  effects: StoreEffects,
): Promise<boolean> {
  const kept = await effects.knowledge.update(embeddingKey(workspace), {
    set: { until: effects.clock.now() + ms },
    condition: '#holder = :mine',
    values: { mine: holder },
  });
  return kept !== undefined;
}

export async function releaseEmbeddingLease(
  workspace: WorkspaceId,
  holder: string,
  effects: StoreEffects,
): Promise<void> {
  await effects.knowledge.delete(embeddingKey(workspace), {
    condition: '#holder = :mine',
    values: { mine: holder },
  });
}

const spacePrefix = 'SPACE#';
const spaceKey = (workspace: WorkspaceId, space: string) => ({
  pk: partition(workspace),
  sk: `${spacePrefix}${space}`,
});

/**
 * Call it before the first vector is written. A noted embedder is found again, to rank meanwhile and to be dropped
 * later. The note holds no key.
 */
export async function noteEmbedderSpace(
  workspace: WorkspaceId,
  { space, settings }: Pick<Embedder, 'space' | 'settings'>,
  effects: StoreEffects,
): Promise<void> {
  await effects.knowledge.put({ ...spaceKey(workspace, space), ...settings });
}

/** An embedder that a workspace has vectors of. */
export interface NotedEmbedder {
  readonly space: string;
  readonly settings: EmbedderSettings;
}

/** An older note has no settings: its vectors are dropped in time, and its embedder is not asked. */
const notedSettings = z.object({ model: z.string().default(''), baseUrl: z.string().default('') });

/** The embedders that the workspace has vectors of, complete or not. */
export async function notedEmbedders(
  workspace: WorkspaceId,
  effects: { readonly knowledge: Pick<Table, 'query'> },
): Promise<NotedEmbedder[]> {
  const items = await Array.fromAsync(effects.knowledge.query(partition(workspace), { prefix: spacePrefix }));
  return items.map(item => ({
    space: item.sk.slice(spacePrefix.length),
    settings: parseItem(notedSettings, item),
  }));
}

export async function forgetEmbedderSpace(
  workspace: WorkspaceId,
  space: string,
  effects: StoreEffects,
): Promise<void> {
  await effects.knowledge.delete(spaceKey(workspace, space));
}
