import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureMode } from '../../functions/assistant/index.ts';
import { findThread } from '../../functions/chat/run/keep.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import type { ModeName, ThreadId, WorkspaceId } from '../../functions/platform/ids.ts';
import { createWorkspace } from '../../functions/tenants/index.ts';
import { updateWorkspace } from '../../functions/tenants/workspaces/store.ts';
import { type ChatWorld, saying, source, startChat } from './chat-world.ts';
import { sendForm, entryOf, fieldsOf } from './html-page.ts';

let chat: ChatWorld;
beforeAll(async () => {
  chat = await startChat();
  const other = 'umbrella' as WorkspaceId;
  await createWorkspace({ id: other, name: 'Umbrella', defaultMode: 'other' as ModeName }, chat.effects);
  await ensureMode(other, 'other', chat.effects);
  await ensureMode(chat.workspace, { name: 'sales', tags: ['prices'] }, chat.effects);
});
afterAll(() => chat.stop());
beforeEach(() => {
  chat.world.answer = saying(['Hello', ' ', 'world', '.']);
  chat.world.asked = [];
  chat.world.ahead = 0;
});

const ask = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  sendForm(chat, '/ask', fields, headers);

const limitTurns = (hourlyLimit: number | undefined) =>
  updateWorkspace(chat.workspace, { hourlyLimit }, chat.effects);

describe('a question by a form', () => {
  test('is answered with a bubble and the two ids that the page keeps, out of band', async () => {
    const { response, html } = await ask({ message: ' When are you open? ' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(entryOf(html).text).toContain('Hello world.');
    expect(entryOf(html).classes).toEqual(['bubble', 'markdown']);
    const { conversation_id: conversation, response_id: response_ } = fieldsOf(html);
    expect(conversation).toMatch(/^[0-9a-f-]{36}\.[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(response_).toMatch(/^[0-9a-f-]{36}$/);
    expect(html.match(/hx-swap-oob="true"/g)).toHaveLength(2);
    expect(chat.world.asked[0]).toMatchObject({
      workspace: chat.workspace,
      mode: 'default',
      question: 'When are you open?',
      history: [],
    });
  });

  test('goes on in its conversation, whose messages the model is shown', async () => {
    const first = await ask({ message: 'When are you open?' });
    const second = await ask({ message: 'And on Sundays?', ...fieldsOf(first.html) });
    expect(chat.world.asked[1]?.history).toEqual([
      { role: 'user', text: 'When are you open?' },
      { role: 'assistant', text: 'Hello world.' },
    ]);
    const thread = (html: string) => fieldsOf(html)['conversation_id']?.split('.')[0];
    expect(thread(second.html)).toBe(thread(first.html));
  });

  test('is a run like any other, of the channel ask: the workspace reads it', async () => {
    const { html } = await ask({ message: 'When are you open?' });
    const { conversation_id: id = '', response_id: run = '' } = fieldsOf(html);
    const { body } = await chat.json('GET', `/api/threads/${id.split('.')[0]}`);
    expect(body.messages).toMatchObject([
      { role: 'user', content: 'When are you open?', run_id: run, status: 'done' },
      { role: 'assistant', content: 'Hello world.', run_id: run },
    ]);
    const found = await findThread(chat.workspace, id.slice(0, 36) as ThreadId, chat.effects);
    const thread = { channel: 'ask', visitor: expect.any(String) };
    expect(found).toMatchObject({ thread, newest: { run, ...thread } });
  });

  test('is asked of the mode that it names, with a tag that the mode knows', async () => {
    await ask({ message: 'How much?', mode: 'sales', tag: 'prices' });
    await ask({ message: 'How much?', mode: 'sales', tag: 'nonsense' });
    await ask({ message: 'How much?', mode: 'other' });
    expect(chat.world.asked.map(({ mode, workspace, tag }) => [workspace, mode, tag])).toEqual([
      [chat.workspace, 'sales', 'prices'],
      [chat.workspace, 'sales', undefined],
      ['umbrella', 'other', undefined],
    ]);
  });

  test('in another mode than its conversation begins a new one', async () => {
    const first = await ask({ message: 'Hello?' });
    await ask({ ...fieldsOf(first.html), message: 'How much?', mode: 'sales' });
    expect(chat.world.asked[1]).toMatchObject({ mode: 'sales', history: [] });
  });

  test('comes as multipart as well; files and unknown fields are dropped', async () => {
    const form = new FormData();
    form.set('message', 'Hello?');
    form.set('uploaded_files', 'file-of-somebody-else');
    form.set('__proto__', 'x');
    form.set('file', new File(['x'], 'x.txt'));
    const response = await chat.app.request('/ask', { method: 'POST', body: form });
    expect(entryOf(await response.text()).text).toContain('Hello world.');
  });

  test('is answered after a longer silence, in which the connection is kept', async () => {
    chat.world.answer = saying(['Late.'], () => new Promise(resolve => setTimeout(resolve, 50)));
    chat.hurry((ms, signal) => systemClock.sleep(ms === 12_000 ? 10 : ms, signal));
    const { html } = await ask({ message: 'Hello?' });
    expect(html).toMatch(/^\n+<div class="chat-entry assistant">/);
    chat.hurry(systemClock.sleep);
  });
});

describe('what can not be answered is a bubble, with the status 200 and without the ids:', () => {
  test.each<[string, Record<string, string>, string, string]>([
    ['no message', {}, 'warning', 'write a question'],
    ['a blank one', { message: ' \n ' }, 'warning', 'write a question'],
    ['one that is too long', { message: 'x'.repeat(8001) }, 'warning', '8000 characters'],
    ['one that is too long in emoji', { message: '😀'.repeat(8001) }, 'warning', '8000 characters'],
    ['a form that is too large', { message: 'x'.repeat(300_000) }, 'warning', 'larger than 256 KB'],
    ['an unknown mode', { message: 'Hi', mode: 'nope' }, 'error', 'no assistant'],
    ['a mode that is markup', { message: 'Hi', mode: '<b>x</b>' }, 'error', '"<b>x</b>"'],
    ['a malformed conversation', { message: 'Hi', conversation_id: 'abc' }, 'error', 'no such conversation'],
  ])('%s', async (_, fields, kind, text) => {
    const { response, html } = await ask(fields);
    expect(response.status).toBe(200);
    expect(entryOf(html)).toMatchObject({ classes: ['bubble', 'markdown', kind] });
    expect(entryOf(html).text).toContain(text);
    expect(html).not.toMatch(/hx-swap-oob|<b>/);
    expect(chat.world.asked).toEqual([]);
  });

  test('a failing model', async () => {
    // oxlint-disable-next-line require-yield -- it fails before it says anything
    chat.world.answer = async function* () {
      throw new Error('secret-token');
    };
    const { response, html } = await ask({ message: 'Hello?' });
    expect(response.status).toBe(200);
    expect(entryOf(html).classes).toEqual(['bubble', 'markdown', 'error']);
    expect(html).not.toMatch(/secret-token|hx-swap-oob/);
  });

  test('what is no form', async () => {
    const response = await chat.bare('POST', '/ask', { message: 'Hi' });
    expect(response.status).toBe(200);
    expect(entryOf(await response.text()).text).toContain('not a form');
  });

  test('a page of another website, whose readers shall not spend our answers', async () => {
    const { html } = await ask({ message: 'Hi' }, { 'Sec-Fetch-Site': 'cross-site' });
    expect(entryOf(html).classes).toContain('error');
    expect(chat.world.asked).toEqual([]);
  });

  test('a question beyond the hour of the workspace, with when to come back, and nothing stored', async () => {
    await limitTurns(0);
    const stored = [...chat.world.stored];
    const { response, html } = await ask({ message: 'Hi' });
    await limitTurns(undefined);
    expect(response.status).toBe(200);
    expect(entryOf(html).classes).toContain('warning');
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(chat.world.stored).toEqual(stored);
  });
});

test('one to whose conversation too many wait is refused in words, with when to come back', async () => {
  const first = fieldsOf((await ask({ message: 'Hi' })).html);
  const thread = first['conversation_id']?.slice(0, 36);
  for (let i = 0; i < 20; i++) await chat.ask('Hi?', thread);
  const posted = await chat.json('POST', `/api/threads/${thread}/messages`, { content: 'Hi' });
  expect([posted.status, posted.headers.get('retry-after')]).toEqual([429, '60']);
  const { response, html } = await ask({ message: 'Hi', ...first });
  expect(entryOf(html)).toMatchObject({ classes: ['bubble', 'markdown', 'warning'] });
  expect([response.status, response.headers.get('retry-after')]).toEqual([200, '60']);
});

describe("a conversation is its holder's alone", () => {
  test('an id with another thread, a changed token or none is refused', async () => {
    const [own, other] = [await ask({ message: 'Mine' }), await ask({ message: 'Theirs' })];
    const id = (html: string) => fieldsOf(html)['conversation_id'] ?? '';
    const [thread, ...token] = id(own.html).split('.');
    const [otherThread] = id(other.html).split('.');
    chat.world.asked = [];
    for (const forged of [
      `${otherThread}.${token.join('.')}`,
      `${thread}.${token.join('.').slice(0, -2)}xx`,
      `${thread}.`,
      `${thread}`,
      `${thread}.eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.`,
    ]) {
      const { html } = await ask({ message: 'What was said?', conversation_id: forged });
      expect(entryOf(html).classes, forged).toContain('error');
      const cleared = await sendForm(chat, '/clear-conversation', { conversation_id: forged });
      expect(cleared.response.status, forged).toBe(404);
    }
    expect(chat.world.asked).toEqual([]);
  });

  test('one that is older than 12 hours begins anew, without what was said', async () => {
    const { html } = await ask({ message: 'Hello?' });
    chat.world.ahead = 13 * 60 * 60 * 1000;
    const later = await ask({ message: 'Still there?', ...fieldsOf(html) });
    expect(entryOf(later.html).classes).toEqual(['bubble', 'markdown']);
    expect(chat.world.asked[1]?.history).toEqual([]);
    expect(fieldsOf(later.html)['conversation_id']?.slice(0, 36)).not.toBe(
      fieldsOf(html)['conversation_id']?.slice(0, 36),
    );
  });

  test('clearing ends what is under way, and keeps what was said', async () => {
    const { html } = await ask({ message: 'Hello?' });
    const fields = fieldsOf(html);
    const { response, html: body } = await sendForm(chat, '/clear-conversation', fields);
    expect([response.status, JSON.parse(body)]).toEqual([200, { status: 'cleared' }]);
    expect((await sendForm(chat, '/clear-conversation', {})).response.status).toBe(200);
    const { body: thread } = await chat.json(
      'GET',
      `/api/threads/${fields['conversation_id']?.slice(0, 36)}`,
    );
    expect(thread.messages).toHaveLength(2);
  });
});

test('sources are listed with their addresses in full, and cited numbers lead to them', async () => {
  chat.world.answer = saying(['From nine', ' [1].']);
  const { html } = await ask({ message: 'When?' });
  expect(html).toContain(`<a href="${source.url}" title="Opening hours" target="_blank"`);
  expect(html).toMatch(
    /<ol class="sources">\s*<li value="1" dir="auto"><a href="[^"]+"[^>]*>Opening hours<\/a>/,
  );
  expect(html).toContain(`<span class="address" dir="ltr">${source.url}</span>`);
});
