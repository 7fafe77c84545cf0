import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteReading } from '../../functions/knowledge/files/reading-store.ts';
import { getFileDocument } from '../../functions/knowledge/files/file-store.ts';
import type { DocumentId } from '../../functions/platform/ids.ts';
import { type AdminWorld, acme, startAdmin } from './admin-world.ts';

let world: AdminWorld;
let key: string;
const mode = 'acme-mode';

beforeAll(async () => {
  world = await startAdmin();
  ({ key } = await world.key(acme));
  await call('POST', '/admin/modes', { name: mode });
});
afterAll(() => world.stop());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  world.call(method, path, { as: key, body, headers });

function form(fields: Readonly<Record<string, string>>, file?: File): FormData {
  const sent = new FormData();
  for (const [name, value] of Object.entries(fields)) sent.set(name, value);
  if (file) sent.set('file', file);
  return sent;
}
const idOf = ({ _id: id }: { _id: string }): string => id;
let files = 0;
const textFile = (name = `${(files += 1)}.txt`) =>
  new File([`The text of ${name}, ${files}.`], name, { type: 'text/plain; charset=utf-8' });

async function add(fields: Readonly<Record<string, string>> = {}): Promise<string> {
  const { status, body } = await call('POST', '/admin/documents', form({ mode, ...fields }, textFile()));
  expect(status).toBe(201);
  return idOf(body);
}

describe('POST /admin/documents', () => {
  test('answers with the document, which waits', async () => {
    await call('PUT', `/admin/modes/${mode}`, { tags: ['prices'] });
    const fields = { mode, tag: 'prices', title: 'Dues', content: 'Of the year.', always_include: 'true' };
    const { status, body } = await call('POST', '/admin/documents', form(fields, textFile('dues.txt')));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      mode,
      tag: 'prices',
      title: 'Dues',
      content: 'Of the year.',
      always_include: true,
      filename: 'dues.txt',
      file_type: 'text/plain',
      source: 'uploaded',
      status: 'pending',
      progress: 0,
      openai_file_id: null,
    });
    const { body: changed } = await call('GET', `/admin/modes/${mode}`);
    expect(changed.always_include).toEqual([idOf(body)]);
    await call('DELETE', `/admin/documents/${idOf(body)}`);
    expect((await call('GET', `/admin/modes/${mode}`)).body.always_include).toEqual([]);
  });

  test.each([
    ['a tag that the mode has not', { mode, tag: 'nothing' }, 'has no tag "nothing"'],
    ['neither file nor text', { mode }, 'send a file, or a text'],
    ['a mode that is not there', { mode: 'nowhere' }, 'there is no mode "nowhere"'],
  ])('refuses %s', async (_, fields, said) => {
    const sent = form(fields, said.includes('send a file') ? undefined : textFile());
    const { status, body } = await call('POST', '/admin/documents', sent);
    expect([status, body.error.message]).toEqual([
      fields.mode === 'nowhere' ? 404 : 400,
      expect.stringContaining(said),
    ]);
  });

  test('takes a text without a file', async () => {
    const { body } = await call(
      'POST',
      '/admin/documents',
      form({ mode, content: 'The crane lifts nine tons.' }),
    );
    expect(body).toMatchObject({ filename: 'text.txt', status: 'pending' });
  });

  test('refuses a form of more than 4 MB, and says how a large file is sent', async () => {
    const large = new File(['x'.repeat(4_300_000)], 'large.txt');
    const { status, body } = await call('POST', '/admin/documents', form({ mode }, large));
    expect(status).toBe(413);
    expect(body.error.message).toContain('POST /admin/documents/uploads');
  });

  test('refuses to lead out of its folder by a name', async () => {
    const { body } = await call('POST', '/admin/documents', form({ mode }, textFile('../../etc/passwd')));
    expect(body.filename).not.toMatch(/[/\\]/);
  });
});

test('an announced file of more than 50 MB is refused before anything is sent', async () => {
  const { status, body } = await call('POST', '/admin/documents/uploads', {
    mode,
    filename: 'huge.pdf',
    size: 60_000_000,
  });
  expect([status, body.error.message]).toEqual([413, 'huge.pdf is larger than 50 MB']);
});

describe('the dashboard’s upload', () => {
  test('answers {id, status, filename}, for the default mode, and its status can be polled', async () => {
    const sent = form({ title: 'Prices', tags: '["a", "b", "a"]' }, textFile('prices.txt'));
    const { status, body } = await call('POST', '/api/dashboard/documents/upload', sent);
    expect([status, body]).toEqual([
      200,
      { id: expect.stringMatching(/^file-/), status: 'pending', filename: 'prices.txt' },
    ]);
    expect((await call('GET', `/admin/documents/${body.id}`)).body).toMatchObject({ mode, tags: ['a', 'b'] });
    const polled = await call('GET', `/api/dashboard/documents/${body.id}/status`);
    expect(polled.body).toEqual({
      id: body.id,
      status: 'pending',
      progress: 0,
      currentStep: 'waiting to be read',
      chunksTotal: null,
      chunksProcessed: null,
      errorMessage: null,
    });
  });
});

test('nothing new is a 304; each change is shown', async () => {
  const id = await add();
  const path = `/api/dashboard/documents/${id}/status`;
  const tag = (await call('GET', path)).headers.get('etag') ?? '';
  expect(tag).not.toBe('');
  const asked = { headers: { authorization: `Bearer ${key}`, 'if-none-match': tag } };
  expect((await world.app.request(path, asked)).status).toBe(304);
  const document = await getFileDocument(acme, id as DocumentId, world.effects);
  if (!document) throw new Error('it was added');
  const change = { state: 'parsing', progress: 40, step: 'reading page 3 of 9' } as const;
  await noteReading(acme, document, change, world.effects);
  const { status, body } = await call('GET', path, undefined, { 'if-none-match': tag });
  expect([status, body]).toEqual([
    200,
    expect.objectContaining({ status: 'parsing', progress: 40, currentStep: 'reading page 3 of 9' }),
  ]);
});

test('the list has all documents, or those of one mode; a deleted one is gone from it', async () => {
  const id = await add();
  const listed = async () =>
    (await call('GET', `/admin/documents?mode=${mode}`)).body.documents.map(
      ({ _id }: { _id: string }) => _id,
    );
  expect(await listed()).toContain(id);
  expect((await call('DELETE', `/admin/documents/${id}`)).body).toEqual({ status: 'deleted' });
  // The index writer, which is not running here, does it.
  expect(await world.toIndex()).toContainEqual(
    expect.objectContaining({ kind: 'remove_files', documents: [id] }),
  );
});

describe('the bytes of a document', () => {
  test('are stored under its name by the link of a download', async () => {
    const { body } = await call('POST', '/admin/documents', form({ mode }, textFile('Tariff für 2026.txt')));
    const { body: link } = await call('GET', `/admin/documents/${idOf(body)}/download`);
    expect(link.filename).toBe('Tariff für 2026.txt');
    const reply = await fetch(link.download_url);
    expect(reply.headers.get('content-disposition')).toContain(
      'attachment; filename="Tariff f_r 2026.txt"; filename*=UTF-8\'\'Tariff%20f%C3%BCr%202026.txt',
    );
    expect(await reply.text()).toContain('The text of');
  });

  test('are shown to whoever has the address by which answers cite it, and to nobody who guesses', async () => {
    const id = await add();
    const reply = await world.app.request(`/documents/${acme}/${id}/any-name.txt`);
    expect(reply.status).toBe(302);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(await (await fetch(reply.headers.get('location') ?? '')).text()).toContain('The text of');
    const guessed = id.replace(/.$/, last => (last === '0' ? '1' : '0'));
    expect((await world.app.request(`/documents/${acme}/${guessed}/x`)).status).toBe(404);
    expect((await world.app.request(`/documents/globex/${id}/x`)).status).toBe(404);
  });
});
