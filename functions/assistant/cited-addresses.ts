import type { Retrieved } from '../knowledge/index.ts';
import type { AssistantEffects } from './effects.ts';

/**
 * The passages with addresses that can be followed from anywhere. The index has uploaded files by their path at this
 * deployment, whose own address may change.
 */
export async function followable(
  passages: readonly Retrieved[],
  { publicUrl }: Pick<AssistantEffects, 'publicUrl'>,
): Promise<Retrieved[]> {
  if (!passages.some(isOwn)) return [...passages];
  const base = await publicUrl();
  return passages.map(passage =>
    isOwn(passage) && base ? { ...passage, url: base + passage.url } : passage,
  );
}

const isOwn = ({ url }: Retrieved): boolean => url.startsWith('/');
