import { describe, expect, test } from 'vitest';
import { addDocument, announceUpload } from '../../functions/knowledge/files/add-document.ts';
import { changeDocument, readAgain } from '../../functions/knowledge/files/change-document.ts';
import { describeDocuments } from '../../functions/knowledge/files/describe-document.ts';
import { findDocument, findDocuments } from '../../functions/knowledge/files/find-document.ts';
import { removeFileDocuments } from '../../functions/knowledge/index.ts';
import { retrieve } from '../../functions/knowledge/retrieval/retrieve.ts';
import { UnreadableFile } from '../../functions/knowledge/parse/file-reading.ts';
import type { DocumentId, ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import { acme, dyingOnce, globex, help, sales } from './knowledge-world.ts';
import { world } from './knowledge-subject.ts';
import { line, pdfOf } from './pdf-file.ts';

const { effects } = world;

interface Upload {
  readonly workspace?: WorkspaceId;
  readonly mode?: ModeName;
  readonly filename?: string;
}

const add = (text: string, { workspace = acme, mode = help, filename = 'prices.txt' }: Upload = {}) =>
  addDocument(workspace, { mode, filename, mediaType: 'text/plain' }, Buffer.from(text), 'paid', effects);

async function status(id: DocumentId, workspace = acme) {
  const document = await findDocument(workspace, id, effects);
  const [described] = await describeDocuments(workspace, [document], new Set(), effects);
  return described;
}
const remove = async (id: DocumentId, mode = help) => {
  const { claims } = await findDocument(acme, id, effects);
  await removeFileDocuments(acme, mode, claims, effects);
  await world.drain();
};
const passages = async (question: string, mode = help) => (await world.ask(acme, question, mode)).join('\n');
const files = async () => (await world.stored()).filter(key => key.startsWith(`${acme}/files/`));

describe('a document that is added', () => {
  test('is pending, then read, then answers use it; deleted, it answers no more and its bytes are gone', async () => {
    const { id } = await add('A berth for the winter costs 310 crowns.');
    expect(await status(id)).toMatchObject({ status: 'pending', progress: 0, filename: 'prices.txt' });
    await world.readDocuments();
    expect(await status(id)).toMatchObject({ status: 'completed', progress: 100, chunks: 1, error: null });
    expect(await passages('winter berth')).toContain('310 crowns');
    await remove(id);
    expect(await passages('winter berth')).toBe('');
    expect(await files()).toEqual([]);
    await expect(findDocument(acme, id, effects)).rejects.toThrow(`there is no document ${id}`);
  });

  test('is unknown to another workspace', async () => {
    const { id } = await add('The crane lifts nine tons.');
    await expect(findDocument(globex, id, effects)).rejects.toThrow('there is no document');
    expect(await findDocuments(globex, undefined, effects)).toEqual([]);
    await remove(id);
  });

  test('with the bytes of another is that one; in another mode it is one of its own', async () => {
    const first = await add('The slip opens at noon.', { filename: 'slip.txt' });
    const second = await add('The slip opens at noon.', { filename: 'copy.txt' });
    const other = await add('The slip opens at noon.', { filename: 'slip.txt', mode: sales });
    expect(second.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
    await world.readDocuments();
    expect(await findDocuments(acme, help, effects)).toHaveLength(1);
    await remove(first.id);
    expect(await passages('slip opens', sales)).toContain('noon');
    await remove(other.id, sales);
  });

  test('under the name of an earlier one takes its place, which answers until then', async () => {
    const before = await add('The fee is 40 crowns.', { filename: 'fee.txt' });
    await world.readDocuments();
    const after = await add('The fee is 55 crowns.', { filename: 'fee.txt' });
    expect(await passages('fee crowns')).toContain('is 40 crowns');
    await world.readDocuments();
    expect(await passages('fee crowns')).toContain('is 55 crowns');
    expect(await passages('fee crowns')).not.toContain('is 40 crowns');
    expect((await findDocuments(acme, help, effects)).map(({ id }) => id)).toEqual([after.id]);
    await expect(findDocument(acme, before.id, effects)).rejects.toThrow('there is no document');
    await remove(after.id);
  });

  test('whose new version can not be read goes on answering', async () => {
    const before = await add('The toll is 12 crowns.', { filename: 'toll.txt' });
    await world.readDocuments();
    const after = await add('unreadable', { filename: 'toll.txt' });
    await world.readDocuments({
      ...effects,
      readFile: () => Promise.reject(new UnreadableFile('it is broken')),
    });
    expect(await status(after.id)).toMatchObject({ status: 'failed', error: 'it is broken' });
    expect(await passages('toll crowns')).toContain('is 12 crowns');
    await remove(before.id);
    await remove(after.id);
  });

  test('beyond what the tier has room for is refused with what to do', async () => {
    const added = [];
    for (let n = 0; n < 10; n += 1) added.push(await add(`Note ${n}`, { filename: `${n}.txt` }));
    const file = { mode: help, filename: 'one-more.txt', mediaType: 'text/plain' };
    await expect(addDocument(acme, file, Buffer.from('more'), 'free', effects)).rejects.toThrow(
      'has 10 documents, and its tier has room for 10',
    );
    await world.waiting();
    await removeFileDocuments(acme, help, undefined, effects);
    await world.drain();
    expect(await findDocuments(acme, help, effects)).toEqual([]);
  });
});

describe('a reader that dies', () => {
  test.each(['getFile'] as const)('at %s is followed by one that does all of it', async step => {
    const { id } = await add('The pilot boards at the buoy.', { filename: 'pilot.txt' });
    const dying = { ...effects, documents: dyingOnce(effects.documents, step) };
    await expect(world.readDocuments(dying)).rejects.toThrow('the process died');
    await effects.parseQueue.send({ kind: 'parse', workspace: acme, document: id });
    await world.readDocuments();
    expect(await status(id)).toMatchObject({ status: 'completed' });
    await remove(id);
  });

  test('between the index and its own row submits the same text again', async () => {
    const { id } = await add('The locks close at dusk.', { filename: 'locks.txt' });
    const dying = { ...effects, indexQueue: dyingOnce(effects.indexQueue, 'send') };
    await expect(world.readDocuments(dying)).rejects.toThrow('the process died');
    await effects.parseQueue.send({ kind: 'parse', workspace: acme, document: id });
    await world.readDocuments();
    expect(await world.ask(acme, 'locks dusk')).toHaveLength(1);
    await remove(id);
  });

  test('again and again ends with a reason; a retry begins anew', async () => {
    const { id } = await add('The tug waits.', { filename: 'tug.txt' });
    const dying = { ...effects, readFile: () => Promise.reject(new Error('the process died')) };
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(world.readDocuments(dying)).rejects.toThrow('the process died');
      await effects.parseQueue.send({ kind: 'parse', workspace: acme, document: id });
    }
    await world.readDocuments();
    expect(await status(id)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('failed several times'),
    });
    await readAgain(acme, await findDocument(acme, id, effects), effects);
    await world.readDocuments();
    expect(await status(id)).toMatchObject({ status: 'completed' });
    await remove(id);
  });

  test('while the document is deleted leaves nothing in the index', async () => {
    const { id } = await add('The dock is dry.', { filename: 'dock.txt' });
    const deleting = {
      ...effects,
      readFile: async (...opened: Parameters<typeof effects.readFile>) => {
        await remove(id);
        return effects.readFile(...opened);
      },
    };
    await world.readDocuments(deleting);
    await world.drain();
    expect(await passages('dock dry')).toBe('');
  });
});

test('two deliveries of one message at the same time make one document', async () => {
  const { id } = await add('The mast is of spruce.', { filename: 'mast.txt' });
  await effects.parseQueue.send({ kind: 'parse', workspace: acme, document: id });
  await world.readDocuments();
  expect(await world.ask(acme, 'mast spruce')).toHaveLength(1);
  await remove(id);
});

test('a document is of the type that its content has, whatever its owner called it', async () => {
  const bytes = pdfOf({ pages: [{ content: line(72, 700, 'The buoy is lit at night.') }] });
  const file = { mode: help, filename: 'buoy.bin', mediaType: 'application/octet-stream' };
  const { id } = await addDocument(acme, file, bytes, 'paid', effects);
  await world.readDocuments();
  expect(await status(id)).toMatchObject({ status: 'completed', file_type: 'application/pdf', pages: 1 });
  expect((await retrieve(acme, { mode: help, question: 'buoy lit' }, effects)).passages[0]).toMatchObject({
    page: 1,
    url: `/documents/acme/${id}/buoy.bin`,
  });
  await remove(id);
});

test('a new title is read into the index', async () => {
  const { id } = await add('See the list.', { filename: 'list.txt' });
  await world.readDocuments();
  await changeDocument(acme, await findDocument(acme, id, effects), { title: 'Chandlery' }, effects);
  await world.readDocuments();
  expect(await passages('chandlery')).toContain('See the list.');
  await remove(id);
});

describe('an announced upload', () => {
  const file = { mode: help, filename: 'large.txt', mediaType: 'text/plain' };
  async function send(
    { url, fields }: { url: string; fields: Readonly<Record<string, string>> },
    text: string,
  ) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', new Blob([text]));
    return fetch(url, { method: 'POST', body: form });
  }

  test('becomes a document when its bytes have come by the form', async () => {
    const { id, form } = await announceUpload(acme, file, 'free', effects);
    expect(await status(id)).toMatchObject({ status: 'pending', current_step: 'waiting for its bytes' });
    expect((await send(form, 'The basin holds forty boats.')).ok).toBe(true);
    await effects.parseQueue.send({ kind: 'uploaded', workspace: acme, document: id });
    await world.readDocuments();
    expect(await status(id)).toMatchObject({ status: 'completed' });
    expect(await passages('basin boats')).toContain('forty');
    expect((await world.stored()).filter(key => key.includes('/uploads/'))).toEqual([]);
    await remove(id);
  });

  test('that is deleted before its bytes come leaves nothing', async () => {
    const { id, form } = await announceUpload(acme, file, 'free', effects);
    await remove(id);
    await send(form, 'too late');
    await effects.parseQueue.send({ kind: 'uploaded', workspace: acme, document: id });
    await world.readDocuments();
    await expect(findDocument(acme, id, effects)).rejects.toThrow('there is no document');
    expect((await world.stored()).filter(key => key.includes('/uploads/'))).toEqual([]);
  });
});
