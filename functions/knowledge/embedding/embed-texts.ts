import { type Embedder, EmbedderError } from '../../platform/models/embedder.ts';

const withinMs = 60_000;

/**
 * The vector of each text; undefined for one that the embedder does not take, found by halves, so that one text does
 * not keep the others from theirs. Throws an `EmbedderError` when it is not the texts that are wrong.
 */
export async function embedTexts(
  texts: readonly string[],
  embedder: Embedder,
): Promise<(Float32Array | undefined)[]> {
  if (texts.length === 0) return [];
  try {
    return await embedder.embed(texts, { withinMs });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await checkTakesAny(embedder);
    return embedHalves(texts, embedder);
  }
}

async function embedHalves(
  texts: readonly string[],
  embedder: Embedder,
): Promise<(Float32Array | undefined)[]> {
  if (texts.length === 1) return [undefined];
  const found: (Float32Array | undefined)[] = [];
  const middle = Math.ceil(texts.length / 2);
  for (const half of [texts.slice(0, middle), texts.slice(middle)]) {
    try {
      found.push(...(await embedder.embed(half, { withinMs })));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      found.push(...(await embedHalves(half, embedder)));
    }
  }
  return found;
}

/** A service that refuses a plain word refuses how it is asked, and no text is to blame. */
async function checkTakesAny(embedder: Embedder): Promise<void> {
  try {
    await embedder.embed(['word'], { withinMs });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new EmbedderError('setup', 'the embedder refuses every text: it does not speak this protocol');
  }
}

const isRefusal = (error: unknown): boolean => error instanceof EmbedderError && error.kind === 'text';
