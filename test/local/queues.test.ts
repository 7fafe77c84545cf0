import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTinyWorld, type TinyWorld } from './fixtures/tiny-world.ts';

let world: TinyWorld;
beforeAll(async () => {
  world = await startTinyWorld();
});
afterAll(() => world.stop());

const about = (notes: string[], word: string) => notes.filter(note => note.includes(word));

it('delivers only the failed message of a batch again', async () => {
  await Promise.all(['partial good', 'partial fail', 'partial fine'].map(body => world.send('Jobs', body)));
  const notes = await world.noted(all => about(all, 'partial').length >= 4);
  expect(about(notes, 'partial').toSorted()).toEqual([
    'partial fail 1',
    'partial fail 2',
    'partial fine 1',
    'partial good 1',
  ]);
});

it('delivers the messages of a group in order, a failed one before those behind it', async () => {
  for (const body of ['order 1', 'order 2 fail', 'order 3']) await world.send('Ordered', body, 'group');
  const notes = await world.noted(all => about(all, 'order').length >= 4);
  expect(about(notes, 'order')).toEqual(['order 1 1', 'order 2 fail 1', 'order 2 fail 2', 'order 3 1']);
});

it('delivers again what a dying function held', async () => {
  await world.send('Jobs', 'please die');
  const notes = await world.noted(all => about(all, 'die').length >= 1);
  expect(about(notes, 'die')).toEqual(['please die 2']);
});

it('gives a message up to the dead-letter queue after as many deliveries as the template says', async () => {
  await world.send('Jobs', 'always wrong');
  await world.noted(all => about(all, 'always').length >= 2);
  await new Promise(resolve => setTimeout(resolve, 3_000));
  expect(about(world.notes(), 'always')).toEqual(['always wrong 1', 'always wrong 2']);
});
