import { join } from 'node:path';
import { createLanceIndex } from '../../functions/knowledge/index/lance-index.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import type { DocumentId, ModeName, SubmissionId, WorkspaceId } from '../../functions/platform/ids.ts';
import { startWorld, type World } from '../support/world.ts';

/**
 * The local system as a process of its own, for benches: `node world-process.ts MODEL_URL CHUNKS`, forked, speaks to
 * its parent by messages. It knows so many chunks of made-up text.
 */
export type ToWorld = { readonly do: 'kill'; readonly name: string } | { readonly do: 'stop' };
export type FromWorld =
  | { readonly is: 'ready'; readonly url: string; readonly admin: World['admin'] }
  | { readonly is: 'killed' };

const words = 5_000;
const chunksPerDocument = 50;

/** Text whose words are as unevenly spread as those of a language. */
function madeUpText(seed: number): string {
  let state = seed * 2_654_435_761 + 1;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: 70 }, () => `term${Math.floor(words ** random())}`).join(' ');
}

async function fill(world: World, chunks: number): Promise<void> {
  const index = createLanceIndex(join(world.dataDir, 'index'), systemClock, { freshnessSeconds: 0 });
  const workspace = 'demo' as WorkspaceId;
  const documents = Array.from({ length: Math.ceil(chunks / chunksPerDocument) }, (_, d) => ({
    id: `bench-${d}` as DocumentId,
    version: 'first' as SubmissionId,
    url: `https://example.org/page-${d}`,
    title: `Page ${d}`,
    modes: ['default' as ModeName],
    chunks: Array.from({ length: Math.min(chunksPerDocument, chunks - d * chunksPerDocument) }, (_, c) => {
      const text = madeUpText(d * chunksPerDocument + c);
      return { position: c, text, start: c * 1000, end: c * 1000 + text.length, headings: [`Part ${c}`] };
    }),
  }));
  if (documents.length > 0) {
    await index.write(workspace, { put: documents, remove: [] });
    await index.optimize(workspace);
  }
  await index.close();
}

const tell = (message: FromWorld) => process.send?.(message);
const [, , modelUrl = '', chunks = '0'] = process.argv;
const world = await startWorld({
  openAiBaseUrl: modelUrl,
  openAiKey: 'test-key-openai',
  skipSampleSite: true,
});
await fill(world, Number(chunks));
process.on('message', (message: ToWorld) => {
  if (message.do === 'kill') void world.kill(message.name).then(() => tell({ is: 'killed' }));
  else void world.stop().then(() => process.exit(0));
});
process.on('disconnect', () => void world.stop().then(() => process.exit(1)));
tell({ is: 'ready', url: world.url, admin: world.admin });
