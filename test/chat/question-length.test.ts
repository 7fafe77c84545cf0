import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ensureMode } from '../../functions/assistant/index.ts';
import { saying } from './chat-world.ts';
import { page, question, startWidget, type WidgetWorld } from './widget-world.ts';

let widget: WidgetWorld;
beforeAll(async () => {
  widget = await startWidget();
  for (const mode of ['permitsca', 'talentcentral'])
    await ensureMode(widget.chat.workspace, mode, widget.chat.effects);
});
afterAll(() => widget.chat.stop());
beforeEach(() => {
  widget.chat.world.answer = saying(['Yes.']);
  widget.chat.world.asked = [];
});

const longest = '😀'.repeat(8_000);

test.each<[string, string, (chat: WidgetWorld['chat']) => Promise<{ status: number }>]>([
  ['the permits door', longest, chat => chat.json('POST', '/api/permitsca', { message: longest })],
  [
    'the jobs door',
    longest,
    chat => chat.json('POST', '/api/talentcentral', { prompt: longest, user_id: 'u-7' }),
  ],
  [
    'the form',
    longest,
    chat => Promise.resolve(chat.app.request('/ask', { method: 'POST', body: formOf({ message: longest }) })),
  ],
  [
    'the widget',
    '😀'.repeat(2_000),
    () => widget.call('POST', '/chat', question({ message: '😀'.repeat(2_000) }), { Origin: page }),
  ],
])('a question of as many characters as are allowed, all emoji, is asked by %s', async (_, asked, ask) => {
  expect((await ask(widget.chat)).status).toBe(200);
  await expect.poll(() => widget.chat.world.asked.map(one => one.question)).toEqual([asked]);
});

function formOf(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}
