import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureMode } from '../../functions/assistant/index.ts';
import type { ModeName } from '../../functions/platform/ids.ts';
import { createWidgetKey } from '../../functions/tenants/index.ts';
import { type ChatWorld, jsonOf, saying } from './chat-world.ts';
import { question, startWidget, type WidgetWorld } from './widget-world.ts';

let widget: WidgetWorld;
let chat: ChatWorld;
let key: string;
beforeAll(async () => {
  widget = await startWidget();
  ({ chat } = widget);
  const mode = 'with-files' as ModeName;
  await ensureMode(chat.workspace, { name: mode, allow_file_upload: true }, chat.effects);
  ({ key } = await createWidgetKey(chat.workspace, { name: 'files', mode }, chat.effects));
});
afterAll(() => chat.stop());
beforeEach(() => {
  chat.world.answer = saying(['Yes.']);
  chat.world.asked = [];
});

const file = { name: 'notes.txt', text: 'Berth 12 is free.' };
const ask = (files: unknown, headers: Record<string, string> = { 'x-api-key': key }) =>
  widget.call('POST', '/chat', question({ files }), headers);

describe('files that a visitor sends with a question', () => {
  test('are there to be answered from, with that question alone', async () => {
    const body = question({ files: [file] });
    await widget.call('POST', '/chat', body, { 'x-api-key': key });
    await widget.call('POST', '/chat', { ...body, files: undefined }, { 'x-api-key': key });
    expect(chat.world.asked.map(({ files }) => files)).toEqual([[file], undefined]);
  });

  test('are refused, and nothing is asked, where the mode takes none', async () => {
    expect(await jsonOf(await ask([file], {}))).toMatchObject({
      status: 400,
      body: { error: { code: 'INVALID_REQUEST', message: 'files: this assistant takes no files' } },
    });
    expect(chat.world.asked).toEqual([]);
    expect((await ask([], {})).status).toBe(200);
  });

  test.each<[string, unknown]>([
    ['four of them', [file, file, file, file]],
    ['60,001 characters', [{ name: 'a', text: 'x'.repeat(60_001) }]],
    [
      '60,002 characters in two',
      [
        { name: 'a', text: 'x'.repeat(30_001) },
        { name: 'b', text: 'x'.repeat(30_001) },
      ],
    ],
    ['a blank one', [{ name: 'a', text: ' \n' }]],
    ['one without a name', [{ name: ' ', text: 'x' }]],
    ['a name that turns the direction of text', [{ name: 'notes\u202Etxt.exe', text: 'x' }]],
    ['a name of two lines', [{ name: 'notes\n.txt', text: 'x' }]],
    ['something else', 'notes.txt'],
  ])('are refused: %s', async (_, files) => {
    expect(await jsonOf(await ask(files))).toMatchObject({
      status: 400,
      body: { error: { code: 'INVALID_REQUEST' } },
    });
    expect(chat.world.asked).toEqual([]);
  });
});
