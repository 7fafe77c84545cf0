import type { EmbedEffects } from '../../functions/knowledge/effects.ts';
import type { LearnedDocument } from '../../functions/knowledge/documents/document.ts';
import { receiveEmbed } from '../../functions/knowledge/embedding/embed-index.ts';
import { configuredEmbedders } from '../../functions/knowledge/embedding/embedders.ts';
import { type EmbedMessage } from '../../functions/knowledge/documents/messages.ts';
import { retrieve } from '../../functions/knowledge/retrieval/retrieve.ts';
import { submitDocuments } from '../../functions/knowledge/documents/submit.ts';
import type { VectorStore } from '../../functions/knowledge/index/vector-store.ts';
import type { WorkspaceId } from '../../functions/platform/ids.ts';
import { startEmbeddingsFake } from '../support/embeddings-fake.ts';
import { quickClock } from '../support/quick-clock.ts';
import { help, type KnowledgeEffects, startKnowledge } from './knowledge-world.ts';

/** Those of the function that makes vectors, too. */
export type EmbeddingEffects = KnowledgeEffects & EmbedEffects;

export type Model = 'text-embedding-3-small' | 'text-embedding-3-large';

export interface QueuedEmbed {
  readonly message: EmbedMessage;
  readonly delaySeconds: number | undefined;
}

/** The world of the knowledge with an embedder, whose queue lies open. */
export async function startEmbedding() {
  const [knowledge, fake] = await Promise.all([
    startKnowledge(),
    startEmbeddingsFake({ synonyms: { automobile: 'car', vehicle: 'car', vacation: 'holiday' } }),
  ]);
  const queued: QueuedEmbed[] = [];
  const logged: string[] = [];
  const secrets = {
    get: async (name: string) => (name === 'embedding-api-key' ? fake.apiKey : undefined),
  };
  /** As after a deployment with that model: what a process remembers is gone. */
  const using = (
    model: Model,
    changes: Partial<EmbeddingEffects> = {},
    baseUrl = fake.url,
  ): EmbeddingEffects => {
    const clock = quickClock();
    return {
      ...knowledge.effects,
      clock,
      embedders: configuredEmbedders({ model, baseUrl }, secrets, clock),
      embedQueue: {
        send: async (message, { delaySeconds } = {}) => void queued.push({ message, delaySeconds }),
      },
      log: {
        info: () => undefined,
        warn: code => void logged.push(code),
        error: code => void logged.push(code),
      },
      ...changes,
    };
  };
  let workspaces = 0;
  return {
    ...knowledge,
    fake,
    newWorkspace: () => `embed-${(workspaces += 1)}` as WorkspaceId,
    async learn(workspace: WorkspaceId, effects: EmbeddingEffects, ...documents: LearnedDocument[]) {
      await submitDocuments(workspace, documents, effects);
      await knowledge.deliver(await knowledge.waiting(), 1, effects);
    },
    /** The documents that answer. */
    ask: async (workspace: WorkspaceId, question: string, effects: EmbeddingEffects, mode = help) =>
      (await retrieve(workspace, { mode, question, limit: 3 }, effects)).passages.map(
        ({ documentId }) => documentId,
      ),
    /** How far the workspace has the vectors of that embedder. */
    statsOf: async (workspace: WorkspaceId, { embedders, index }: EmbeddingEffects) =>
      index.vectors.stats(workspace, (await embedders.choose())?.space ?? ''),
    /** The texts of chunks that were sent: unlike a question each has a title before it. */
    embedded: () => fake.requests.flatMap(({ texts }) => texts).filter(text => text.includes('\n')),
    queued,
    logged,
    using,
    /** Delivers what waits for the embedder until nothing does; tells how many messages that were. */
    async embed(effects: EmbeddingEffects): Promise<number> {
      let count = 0;
      for (let next = queued.shift(); next; next = queued.shift(), count += 1) {
        if (count > 100) throw new Error('the embedder does not come to an end');
        await receiveEmbed(next.message, effects);
      }
      return count;
    },
    async stop() {
      await Promise.all([knowledge.stop(), fake.stop()]);
    },
  };
}

export type EmbeddingWorld = Awaited<ReturnType<typeof startEmbedding>>;

/** The process dies at the `nth` call of this method, before the call had its effect or just after. */
export function dyingVectors(
  { index }: EmbeddingEffects,
  method: keyof VectorStore,
  when: 'before' | 'after',
  nth = 1,
): Pick<EmbeddingEffects, 'index'> {
  let calls = 0;
  const vectors = new Proxy(index.vectors, {
    get(target, property, receiver) {
      const original: unknown = Reflect.get(target, property, receiver);
      if (property !== method || typeof original !== 'function') return original;
      return async (...parameters: unknown[]) => {
        calls += 1;
        if (calls !== nth) return original.apply(target, parameters) as unknown;
        if (when === 'after') await original.apply(target, parameters);
        throw new Error('the process died');
      };
    },
  });
  return { index: { ...index, vectors } };
}
