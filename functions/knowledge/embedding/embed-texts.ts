import { type Embedder, EmbedderError } from '../../platform/models/embedder.ts';

const withinMs = 60_000;

/**
 * The vector of each text. Undefined for a text that the embedder refuses: it is found by halving, so that one text
 * does not keep the others from their vectors. Throws an `EmbedderError` when the cause is not a text.
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

/** Checks that the service takes a plain word. If it does not, no text is to blame. */
async function checkTakesAny(embedder: Embedder): Promise<void> {
  try {
    await embedder.embed(['word'], { withinMs });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new EmbedderError('setup', 'the embedder refuses every text: it does not speak this protocol');
  }
}

const isRefusal = (error: unknown): boolean => error instanceof EmbedderError && error.kind === 'text';
