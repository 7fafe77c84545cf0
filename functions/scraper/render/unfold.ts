import type { Clock } from '../../platform/clock.ts';
import { scrollThrough, type Unfolded, unfold } from './in-page-unfold.ts';
import type { PageWorld } from './page-world.ts';
import { settle, type Stillness, type Traffic } from './settle.ts';

/** Three looks in a row that show the same. */
const patient: Stillness = { everyMs: 500, looks: 2, atMostMs: 10_000 };
const scrollMs = 12_000;
const unfoldMs = 20_000;

/**
 * The heavy pass: waits longer, scrolls through the page so that it loads what it loads late, and opens what is folded.
 * Returns the lines that were shown meanwhile and are not in the document any more, as of a tab that replaces another.
 */
export async function showAll(
  world: PageWorld,
  traffic: Traffic,
  clock: Clock,
  signal: AbortSignal,
): Promise<string[]> {
  await settle(world, traffic, patient, clock, signal);
  await world.evaluate(scrollThrough, scrollMs);
  await settle(world, traffic, patient, clock, signal);
  const { shown, lost } = await world.evaluate<Unfolded>(unfold, unfoldMs, 'once');
  await settle(world, traffic, { ...patient, atMostMs: 3_000 }, clock, signal);
  return newLines(shown, lost);
}

/** In characters. Shorter lines are labels. */
const shortestLine = 15;
/** The share of a line's words that another line has, above which both say the same. */
const sameWords = 0.8;

/** Those of `lines` that say what neither `known` lines nor earlier ones say. */
export function newLines(known: readonly string[], lines: readonly string[]): string[] {
  const said = known.map(wordsOf);
  return lines.filter(line => {
    const words = wordsOf(line);
    if (line.length < shortestLine || words.size === 0) return false;
    if (said.some(other => sharedOf(words, other) > sameWords)) return false;
    said.push(words);
    return true;
  });
}

const wordsOf = (line: string): ReadonlySet<string> =>
  new Set(line.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

function sharedOf(words: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of words) if (other.has(word)) shared += 1;
  return shared / words.size;
}

/** The document with the lines at the end of its content. */
export function withLines(html: string, lines: readonly string[]): string {
  if (lines.length === 0) return html;
  const at = [/<\/main>/gi, /<\/article>/gi, /<\/body>/gi]
    .map(end => [...html.matchAll(end)].at(-1)?.index)
    .find(index => index !== undefined);
  const section = lines.map(line => `<p>${escaped(line)}</p>`).join('');
  return html.slice(0, at) + section + (at === undefined ? '' : html.slice(at));
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
