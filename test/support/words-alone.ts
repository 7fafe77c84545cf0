import type { IndexStore } from '../../functions/knowledge/index/index-store.ts';
import { noEmbedder } from '../../functions/knowledge/embedding/embedders.ts';
import type { RankEffects } from '../../functions/knowledge/retrieval/nearest.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { silentLog } from '../../functions/platform/log.ts';

/** Where nothing may be embedded: who tries fails. */
export const withoutEmbedder = {
  embedders: noEmbedder,
  embedQueue: { send: () => Promise.reject(new Error('nothing is to be embedded')) },
} as const;

const nothingNoted = {
  query: () => {
    throw new Error('there is no embedder to look for');
  },
};

/** What a retrieval needs, over that index and without an embedder. */
export const wordsAlone = (index: IndexStore): RankEffects => ({
  index,
  clock: systemClock,
  log: silentLog,
  knowledge: nothingNoted,
  ...withoutEmbedder,
});
