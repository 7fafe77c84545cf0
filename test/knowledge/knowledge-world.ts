import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Block, LearnedDocument } from '../../functions/knowledge/documents/document.ts';
import type {
  LibraryEffects,
  ParseEffects,
  SearchEffects,
  SubmitEffects,
  WriteEffects,
} from '../../functions/knowledge/effects.ts';
import { createLanceIndex } from '../../functions/knowledge/index/lance-index.ts';
import type { IndexMessage } from '../../functions/knowledge/documents/messages.ts';
import { receiveMessages } from '../../functions/knowledge/documents/receive.ts';
import { openFile } from '../../functions/knowledge/parse/open-file.ts';
import type { ParseMessage } from '../../functions/knowledge/files/messages.ts';
import { receiveParse } from '../../functions/knowledge/files/receive.ts';
import { retrieve } from '../../functions/knowledge/retrieval/retrieve.ts';
import { getDocuments } from '../../functions/knowledge/documents/store.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { type DocumentId, type ModeName, randomIds, type WorkspaceId } from '../../functions/platform/ids.ts';
import { silentLog } from '../../functions/platform/log.ts';
import { silentMetrics } from '../../functions/platform/aws/metrics.ts';
import { emulatedBlobs, emulatedQueue, emulatedTable } from '../support/emulated.ts';
import { withoutEmbedder } from '../support/words-alone.ts';

export const help = 'help' as ModeName;
export const sales = 'sales' as ModeName;
export const acme = 'acme' as WorkspaceId;
export const globex = 'globex' as WorkspaceId;
export const id = (name: string) => name as DocumentId;

export function page(name: string, text: string, changes: Partial<LearnedDocument> = {}): LearnedDocument {
  const blocks: Block[] = [
    { kind: 'heading', level: 1, text: `About ${name}`, anchor: 'about' },
    ...text.split('\n').map(text => ({ kind: 'text' as const, text })),
  ];
  return { id: id(name), url: `https://example.com/${name}`, title: name, modes: [help], blocks, ...changes };
}

/** Those of all functions that submit documents, write the index and search it. */
export type KnowledgeEffects = SubmitEffects & WriteEffects & SearchEffects & LibraryEffects & ParseEffects;

/** Real table, queue, bucket and index; what the index writer's function would receive is handed to it by `drain`. */
export async function startKnowledge() {
  const directory = await mkdtemp(join(tmpdir(), 'knowledge-'));
  const [table, queue, parseQueue, bucket] = await Promise.all([
    emulatedTable(),
    emulatedQueue<IndexMessage>(true),
    emulatedQueue<ParseMessage>(),
    emulatedBlobs(),
  ]);
  const index = createLanceIndex(directory, systemClock, { freshnessSeconds: 0 });
  const effects: KnowledgeEffects = {
    clock: systemClock,
    ids: randomIds,
    log: silentLog,
    metrics: silentMetrics,
    knowledge: table.table,
    documents: bucket.blobs,
    indexQueue: queue.queue,
    parseQueue: parseQueue.queue,
    presigner: bucket.presigner,
    readFile: openFile,
    index,
    ...withoutEmbedder,
  };
  return {
    effects,
    /** Where the index is. */
    directory,
    documentRow: async (workspace: WorkspaceId, name: string) =>
      (await getDocuments(workspace, [id(name)], effects)).get(id(name)),
    /** Names of the submissions whose text is stored. */
    stored: () => bucket.keys(),
    waiting: () => queue.receive(),
    deliver: (messages: readonly unknown[], delivery = 1, using = effects) =>
      receiveMessages(messages, delivery, using),
    /**
     * Delivers what waits in the queue, and tells how many messages there were. `waitSeconds`: how long it waits for
     * them, for a caller that asks again and again.
     */
    async drain(waitSeconds = 0): Promise<number> {
      const messages = await queue.receive(waitSeconds);
      await receiveMessages(messages, 1, effects);
      return messages.length;
    },
    /** Delivers what waits for the document parser, then what that has submitted. */
    async readDocuments(using = effects): Promise<void> {
      for (const message of await parseQueue.receive()) await receiveParse(message, using);
      await this.drain();
    },
    async ask(workspace: WorkspaceId, question: string, mode = help): Promise<string[]> {
      const { passages } = await retrieve(workspace, { mode, question, limit: 50 }, effects);
      return passages.map(({ documentId, text }) => `${documentId}: ${text.split('\n').at(-1)}`);
    },
    async stop() {
      await index.close();
      await Promise.all([table.stop(), queue.stop(), parseQueue.stop(), bucket.stop()]);
      await rm(directory, { recursive: true });
    },
  };
}

export type KnowledgeWorld = Awaited<ReturnType<typeof startKnowledge>>;

/** The process dies at this call: it fails, this once. */
export function dyingOnce<Effect extends object>(effect: Effect, method: keyof Effect): Effect {
  let died = false;
  return new Proxy(effect, {
    get(target, property, receiver) {
      if (died || property !== method) return Reflect.get(target, property, receiver);
      return () => {
        died = true;
        return Promise.reject(new Error('the process died'));
      };
    },
  });
}
