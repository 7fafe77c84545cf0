import type { IndexStore } from '../../functions/knowledge/index/index-store.ts';
import { noEmbedder } from '../../functions/knowledge/embedding/embedders.ts';
import type { SearchEffects } from '../../functions/knowledge/effects.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { silentLog } from '../../functions/platform/log.ts';

/** Where nothing is embedded. */
export const withoutEmbedder = { embedders: noEmbedder, embedQueue: undefined } as const;

const nothingNoted = {
  query: () => {
    throw new Error('there is no embedder to look for');
  },
  get: () => Promise.reject(new Error('nobody asks whether the index is lost')),
};

/** What a retrieval needs, over that index and without an embedder. */
export const wordsAlone = (index: IndexStore): SearchEffects => ({
  index,
  clock: systemClock,
  log: silentLog,
  knowledge: nothingNoted,
  ...withoutEmbedder,
});
