import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureMode } from '../../functions/assistant/index.ts';
import type { ModeName, WorkspaceId } from '../../functions/platform/ids.ts';
import { createWorkspace } from '../../functions/tenants/index.ts';
import { updateWorkspace } from '../../functions/tenants/workspaces/store.ts';
import { type ChatWorld, jsonOf, saying, startChat } from './chat-world.ts';
import { entryOf, fieldsOf } from './html-page.ts';

let chat: ChatWorld;
const mode = 'with-files';
beforeAll(async () => {
  chat = await startChat();
  await ensureMode(chat.workspace, { name: mode, allow_file_upload: true }, chat.effects);
  await ensureMode(chat.workspace, { name: 'also-with-files', allow_file_upload: true }, chat.effects);
  const other = 'umbrella' as WorkspaceId;
  await createWorkspace({ id: other, name: 'Umbrella', defaultMode: 'theirs' as ModeName }, chat.effects);
  await ensureMode(other, { name: 'theirs', allow_file_upload: true }, chat.effects);
});
afterAll(() => chat.stop());
beforeEach(async () => {
  chat.world.answer = saying(['Yes.']);
  chat.world.asked = [];
  chat.world.ahead = 0;
  await updateWorkspace(chat.workspace, { status: 'active', hourlyLimit: 10_000 }, chat.effects);
});

const notes = new File(['Berth 12 is free.'], 'notes.txt');
const formOf = (fields: Record<string, string | readonly (string | File)[]>) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of typeof value === 'string' ? [value] : value) form.append(name, one);
  }
  return form;
};
const send = async (
  path: string,
  fields: Parameters<typeof formOf>[0],
  headers: Record<string, string> = {},
) => {
  const whole = new Response(formOf(fields));
  const type = whole.headers.get('content-type') ?? '';
  const body = await whole.arrayBuffer();
  return chat.app.request(path, { method: 'POST', body, headers: { 'Content-Type': type, ...headers } });
};
const upload = async (
  files: readonly (File | string)[],
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
) => jsonOf(await send('/upload-files', { files, mode, ...fields }, headers));
const idsOf = async (...args: Parameters<typeof upload>): Promise<string[]> =>
  (await upload(...args)).body.file_ids;
const ask = async (ids: readonly string[], fields: Record<string, string> = {}) =>
  (await send('/ask', { message: 'Which berth is free?', mode, uploaded_files: ids, ...fields })).text();
const filesAsked = () => chat.world.asked.map(({ files }) => files);

describe('text files', () => {
  test('are sent first, and answered from with the question that names them', async () => {
    const { status, body, headers } = await upload([notes, new File(['Żółć'], 'b.md')]);
    expect([status, body]).toEqual([
      200,
      { file_ids: [expect.stringMatching(/^[0-9a-f-]{36}$/), expect.any(String)] },
    ]);
    expect(Number(headers.get('x-ratelimit-remaining'))).toBeGreaterThan(0);
    const html = await ask(body.file_ids);
    expect(entryOf(html).classes).toEqual(['bubble', 'markdown']);
    await ask([], fieldsOf(html));
    expect(filesAsked()).toEqual([
      [
        { name: 'notes.txt', text: 'Berth 12 is free.' },
        { name: 'b.md', text: 'Żółć' },
      ],
      undefined,
    ]);
  });

  test('may come as files[], and their ids as uploaded_files[]; a field that was left empty counts for nothing', async () => {
    const { body } = await jsonOf(await send('/upload-files', { 'files[]': [notes], mode }));
    const empty = new File([], '');
    expect((await upload([notes, empty])).body.file_ids).toHaveLength(1);
    const asked = { message: 'Hi', mode, 'uploaded_files[]': body.file_ids, uploaded_files: '' };
    await (await send('/ask', asked)).text();
    expect(filesAsked()).toEqual([[{ name: 'notes.txt', text: 'Berth 12 is free.' }]]);
  });

  test('are kept for a day', async () => {
    const ids = await idsOf([notes]);
    const [item] = await Array.fromAsync(chat.table.query(`WS#acme#UPLOAD#${ids[0]}`));
    expect(Number(item?.['expires']) - Date.now() / 1000).toBeCloseTo(86_400, -2);
    chat.world.ahead = 25 * 60 * 60 * 1000;
    expect(entryOf(await ask(ids))).toMatchObject({ classes: ['bubble', 'markdown', 'warning'] });
    expect(chat.world.asked).toEqual([]);
  });

  test('are counted like a question, and beyond the limit nothing is stored', async () => {
    const left = async () => Number((await upload([notes])).headers.get('x-ratelimit-remaining'));
    expect((await left()) - (await left())).toBe(1);
    await updateWorkspace(chat.workspace, { hourlyLimit: 0 }, chat.effects);
    const stored = [...chat.world.stored];
    const refused = await upload([notes]);
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(chat.world.stored).toEqual(stored);
  });
});

describe('a file can be named', () => {
  const isRefused = async (html: string) => {
    expect(entryOf(html)).toMatchObject({ classes: ['bubble', 'markdown', 'warning'] });
    expect(entryOf(html).text).toContain('no longer here');
    expect(chat.world.asked).toEqual([]);
  };

  test('by the conversation alone for which it was sent', async () => {
    const [own, other] = [fieldsOf(await ask([])), fieldsOf(await ask([]))];
    const ids = await idsOf([notes], { conversation_id: own['conversation_id'] ?? '' });
    chat.world.asked = [];
    await isRefused(await ask(ids, other));
    await isRefused(await ask(ids));
    await ask(ids, own);
    expect(filesAsked()).toEqual([[{ name: 'notes.txt', text: 'Berth 12 is free.' }]]);
  });

  test('in its own mode and workspace alone', async () => {
    const ids = await idsOf([notes]);
    await isRefused(await ask(ids, { mode: 'also-with-files' }));
    await isRefused(await ask(ids, { mode: 'theirs' }));
    await isRefused(await ask([crypto.randomUUID()]));
    await isRefused(await ask(['../x#y']));
  });

  test('to no effect where the mode takes none', async () => {
    await ask(await idsOf([notes]), { mode: 'default' });
    expect(filesAsked()).toEqual([undefined]);
  });

  test('with two others at most, which are not too long together', async () => {
    const long = () => idsOf([new File(['x'.repeat(30_001)], 'long.txt')]);
    expect(entryOf(await ask([...(await long()), ...(await long())])).text).toContain('60000 characters');
    const four = [...(await idsOf([notes, notes])), ...(await idsOf([notes, notes]))];
    expect(entryOf(await ask(four)).text).toContain('At most 3 files');
    expect(chat.world.asked).toEqual([]);
  });
});

describe('is refused in words, and nothing is stored:', () => {
  const text = (size: number, name = 'a.txt') => new File(['x'.repeat(size)], name);
  test.each<[string, readonly (File | string)[], Record<string, string>, number, string]>([
    ['no file', [], {}, 400, 'No file'],
    ['a text in place of a file', ['notes'], {}, 400, 'No file'],
    ['four files', [notes, notes, notes, notes], {}, 400, 'At most 3 files'],
    ['60,001 characters', [text(60_001)], {}, 400, '60000 characters'],
    ['60,002 characters in two', [text(30_001), text(30_001)], {}, 400, '60000 characters'],
    ['more than the limit of a body', [text(300_000)], {}, 413, 'larger than'],
    [
      'a PDF',
      [new File(['%PDF-1.7\n', new Uint8Array([0xe2, 0xe3, 0xcf])], 'a.pdf')],
      {},
      400,
      'a.pdf is not a text file',
    ],
    ['a file with a null', [new File(['a\0b'], 'a.txt')], {}, 400, 'a.txt is not a text file'],
    ['another encoding', [new File([new Uint8Array([0x5a, 0xfc, 0x72])], 'a.txt')], {}, 400, 'in UTF-8'],
    ['an empty file', [text(0)], {}, 400, 'a.txt is empty'],
    ['a name that turns the direction of text', [text(1, 'a\u202Etxt.exe')], {}, 400, 'The name of a file'],
    ['a mode that takes none', [notes], { mode: 'default' }, 400, 'takes no files'],
    ['an unknown mode', [notes], { mode: 'nope' }, 404, 'no assistant'],
    ['a malformed conversation', [notes], { conversation_id: 'x' }, 404, 'no such conversation'],
  ])('%s', async (_, files, fields, status, words) => {
    const stored = [...chat.world.stored];
    const refused = await upload(files, fields);
    expect([refused.status, refused.body.error.message]).toEqual([status, expect.stringContaining(words)]);
    expect(chat.world.stored).toEqual(stored);
  });

  test('a page of another website, and a workspace that is paused', async () => {
    expect((await upload([notes], {}, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    await updateWorkspace(chat.workspace, { status: 'paused' }, chat.effects);
    expect((await upload([notes])).status).toBe(403);
  });
});
