import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { answer, ensureMode, searchAhead } from '../../functions/assistant/index.ts';
import type { SearchEffects } from '../../functions/knowledge/index.ts';
import { IndexDamaged } from '../../functions/knowledge/index/damage.ts';
import { type AssistantWorld, harbour, museum, startAssistant } from './assistant-world.ts';

const question = { workspace: harbour, mode: museum, question: 'Who founded the museum?' };

let world: AssistantWorld;
let effects: AssistantWorld['effects'];
let searches: string[];
let failing: Error | undefined;

beforeAll(async () => {
  world = await startAssistant();
  await ensureMode(harbour, { name: museum }, world.effects);
  await world.learn();
  const { index } = world.effects;
  const search: SearchEffects['index']['search'] = async (workspace, query) => {
    searches.push(query.text);
    if (failing) throw failing;
    return index.search(workspace, query);
  };
  effects = { ...world.effects, index: { ...index, search } };
});
afterAll(() => world.stop());
beforeEach(() => {
  searches = [];
  failing = undefined;
});

async function sourcesOf(asked = question) {
  const events = await Array.fromAsync(
    answer({ ...asked, history: [] }, effects, new AbortController().signal),
  );
  const last = events.at(-1);
  return last?.type === 'final' ? last.sources.map(({ id }) => id) : [];
}

test('the answer takes up the search that was begun while its question was stored', async () => {
  await searchAhead(question, effects);
  expect(searches).toEqual([question.question]);
  expect(await sourcesOf()).toEqual(['about']);
  expect(searches).toEqual([question.question]);
});

test('and waits for it where it is still under way', async () => {
  const ahead = searchAhead(question, effects);
  expect(await sourcesOf()).toEqual(['about']);
  await ahead;
  expect(searches).toEqual([question.question]);
});

test('whoever asks the same later is told what is known by then', async () => {
  await searchAhead(question, effects);
  await sourcesOf();
  await sourcesOf();
  expect(searches).toHaveLength(2);
});

test('another question has a search of its own', async () => {
  await searchAhead(question, effects);
  expect(await sourcesOf({ ...question, question: 'Who is the director?' })).toEqual(['about']);
  expect(searches).toEqual([question.question, 'Who is the director?']);
});

test('a search that fails ahead is tried again by the answer', async () => {
  failing = new Error('the disk is away');
  await searchAhead(question, effects);
  failing = undefined;
  expect(await sourcesOf()).toEqual(['about']);
});

test('an index that is damaged leaves no passages, and the question is answered', async () => {
  failing = new IndexDamaged('half of it is missing');
  await searchAhead(question, effects);
  expect(await sourcesOf()).toEqual([]);
});
