import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureMode, findModeByName, getMode, visiblePartOf } from '../../functions/assistant/index.ts';
import { CallerError } from '../../functions/platform/errors.ts';
import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import { type AssistantWorld, harbour, startAssistant } from './assistant-world.ts';

let world: AssistantWorld;
beforeAll(async () => {
  world = await startAssistant();
});
afterAll(() => world.stop());

const other = 'other' as WorkspaceId;
const name = (text: string) => text as ModeName;

describe('a mode', () => {
  it('is made once, with what a visitor needs to begin', async () => {
    const first = await ensureMode(harbour, 'default', world.effects);
    expect(first).toMatchObject({
      created: true,
      mode: { name: 'default', title: 'Assistant', prompts: [], color: '#82002d' },
    });
    expect(await ensureMode(harbour, 'default', world.effects)).toEqual({ created: false, mode: first.mode });
    expect(await getMode(harbour, name('default'), world.effects)).toEqual(first.mode);
  });

  it('keeps what its operator decided', async () => {
    const draft = {
      name: 'visitors',
      title: 'Ask the museum',
      prompts: ['When are you open?'],
      color: 'ABCDEF',
    };
    const { mode } = await ensureMode(harbour, draft, world.effects);
    expect(mode).toMatchObject({
      title: 'Ask the museum',
      prompts: ['When are you open?'],
      color: '#abcdef',
    });
    await ensureMode(harbour, { name: 'visitors', title: 'Another' }, world.effects);
    expect(await getMode(harbour, name('visitors'), world.effects)).toEqual(mode);
  });

  it('has a name of its own in the whole deployment', async () => {
    await ensureMode(harbour, 'shared', world.effects);
    await expect(ensureMode(other, 'shared', world.effects)).rejects.toMatchObject({ code: 'conflict' });
    expect(await getMode(other, name('shared'), world.effects)).toBeUndefined();
  });

  it('is found by that name, in its workspace', async () => {
    await ensureMode(other, 'elsewhere', world.effects);
    expect(await findModeByName('elsewhere', world.effects)).toMatchObject({
      workspace: other,
      mode: { name: 'elsewhere' },
    });
    expect(await findModeByName('nowhere', world.effects)).toBeUndefined();
    expect(await findModeByName('Not a Name', world.effects)).toBeUndefined();
  });

  it('is made by one of two who make it at once', async () => {
    const made = await Promise.all([1, 2].map(() => ensureMode(harbour, 'twice', world.effects)));
    expect(made.filter(({ created }) => created)).toHaveLength(1);
  });

  it.each([
    [' ABCDEF ', '#abcdef'],
    ['#00ff7F', '#00ff7f'],
    ['#abc', '#82002d'],
    ['red', '#82002d'],
    ['#82002d; background: url(x)', '#82002d'],
  ])('is coloured %j as %s', async (color, shown) => {
    const named = { name: `colour-${color.length}-${shown.slice(1)}`, color };
    expect((await ensureMode(harbour, named, world.effects)).mode.color).toBe(shown);
  });

  it('shows visitors its pages, and nothing of how it answers or who made it', async () => {
    const draft = {
      name: 'seen',
      tags: ['tariffs'],
      instructions: 'The password is swordfish.',
      blocked_sites: ['rival.example'],
      blocked_page_urls: ['https://museum.example/draft'],
      always_include: ['page-1'],
    };
    const { mode } = await ensureMode(harbour, draft, world.effects);
    const seen = visiblePartOf(mode);
    expect(seen).toMatchObject({ name: 'seen', tags: ['tariffs'], has_files: false, color: '#82002d' });
    expect(JSON.stringify(seen)).not.toMatch(/swordfish|rival|draft|page-1|updated_by|created_at/);
  });

  it.each(['', 'Default', 'a b', '-a', 'a-', 'a/b', 'ä', 'x'.repeat(65)])(
    'can not be named %j',
    async bad => {
      await expect(ensureMode(harbour, bad, world.effects)).rejects.toBeInstanceOf(CallerError);
    },
  );

  it.each([{ prompts: [''] }, { title: '' }, { description: 'x'.repeat(4001) }])(
    'is refused with %j',
    async change => {
      await expect(ensureMode(harbour, { name: 'bad', ...change }, world.effects)).rejects.toMatchObject({
        code: 'bad_request',
      });
    },
  );
});
