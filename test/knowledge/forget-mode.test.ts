import { describe, expect, it } from 'vitest';
import { forgetMode, submitDocuments } from '../../functions/knowledge/index.ts';
import type { IndexMessage } from '../../functions/knowledge/documents/messages.ts';
import type { WorkspaceId } from '../../functions/platform/ids.ts';
import { world } from './knowledge-subject.ts';
import { acme, dyingOnce, globex, help, page, sales } from './knowledge-world.ts';

const manual = page('manual', 'The pump has a red valve.');
const shared = page('shared', 'The valve is opened by hand.', { modes: [help, sales] });
const offer = page('offer', 'A new valve costs nine euros.', { modes: [sales] });

async function learned(workspace: WorkspaceId) {
  await submitDocuments(workspace, [manual, shared, offer], world.effects);
  await world.drain();
}
const ids = async (workspace: WorkspaceId, mode = help) =>
  (await world.ask(workspace, 'valve', mode)).map(found => found.split(':')[0] ?? '').toSorted();

describe('a mode that is forgotten', () => {
  it('has no document left, and others keep theirs, other workspaces too', async () => {
    await learned(acme);
    await learned(globex);
    await forgetMode(acme, help, world.effects);
    await world.drain();
    expect(await ids(acme)).toEqual([]);
    expect(await ids(acme, sales)).toEqual(['offer', 'shared']);
    expect(await ids(globex)).toEqual(['manual', 'shared']);
    expect(await world.documentRow(acme, 'manual')).toMatchObject({ removed: true, state: 'removed' });
    expect(await world.documentRow(acme, 'shared')).toMatchObject({ removed: false, state: 'completed' });
  });

  it('knows a page again when it is made again and learns it', async () => {
    const workspace = 'again' as WorkspaceId;
    await learned(workspace);
    await forgetMode(workspace, help, world.effects);
    await world.drain();
    const outcomes = await submitDocuments(workspace, [manual, shared, offer], world.effects);
    expect(outcomes.map(({ id, changed }) => [id, changed])).toEqual([
      ['manual', true],
      ['shared', true],
      ['offer', false],
    ]);
    await world.drain();
    expect(await ids(workspace)).toEqual(['manual', 'shared']);
  });

  it('comes after what was submitted before, and leaves alone what was submitted since', async () => {
    const workspace = 'order' as WorkspaceId;
    await submitDocuments(workspace, [manual, shared], world.effects);
    await forgetMode(workspace, help, world.effects);
    const text = 'The valve is opened by a motor.';
    await submitDocuments(workspace, [page('shared', text, { modes: [sales] })], world.effects);
    await world.drain();
    expect(await ids(workspace)).toEqual([]);
    expect(await world.ask(workspace, 'valve', sales)).toEqual([`shared: ${text}`]);
  });

  it.each(['put', 'putAll', 'update'] as const)(
    'is forgotten in the end though the index writer dies at %s of the table',
    async method => {
      const workspace = `dying-${method.toLowerCase()}` as WorkspaceId;
      await learned(workspace);
      const leave: IndexMessage = { kind: 'leave', workspace, mode: help };
      const dying = { ...world.effects, knowledge: dyingOnce(world.effects.knowledge, method) };
      await world.deliver([leave], 1, dying).catch(() => undefined);
      await world.deliver([leave], 2);
      expect(await ids(workspace)).toEqual([]);
      expect(await ids(workspace, sales)).toEqual(['offer', 'shared']);
    },
  );
});
