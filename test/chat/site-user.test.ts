import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureMode } from '../../functions/assistant/index.ts';
import type { ThreadId } from '../../functions/platform/ids.ts';
import { newestTurn } from '../../functions/chat/run/thread-store.ts';
import { createWidgetKey } from '../../functions/tenants/index.ts';
import { saying, siteSecret } from './chat-world.ts';
import { page, question, startWidget, type WidgetWorld } from './widget-world.ts';

let widget: WidgetWorld;
let key: string;
beforeAll(async () => {
  widget = await startWidget();
  const { workspace, effects } = widget.chat;
  const { mode } = await ensureMode(workspace, 'talentcentral', effects);
  ({ key } = await createWidgetKey(workspace, { name: 'jobs', mode: mode.name }, effects));
});
afterAll(() => widget.chat.stop());
beforeEach(() => {
  widget.chat.world.answer = saying(['Yes.']);
});

const now = () => Math.floor(widget.chat.effects.clock.now() / 1000);
const sign = (claims: Record<string, unknown>, secret = siteSecret, alg = 'HS256') =>
  new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));
const good = () => ({ uid: 'u-7', role: 'jobseeker', iat: now(), exp: now() + 600 });

/** Whom the turn of a question by the form is asked for. */
async function formUser(fields: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ message: 'Any jobs?', mode: 'talentcentral', ...fields }))
    body.set(name, value);
  const reply = await widget.chat.app.request('/ask', { method: 'POST', body, headers });
  const html = await reply.text();
  const thread = /id="conversation_id"[^>]* value="([0-9a-f-]{36})/.exec(html)?.[1];
  expect([reply.status, thread]).toEqual([200, expect.any(String)]);
  const turn = await newestTurn(widget.chat.workspace, thread as ThreadId, widget.chat.effects);
  return turn === 'over' ? undefined : turn?.asker?.siteUser;
}

describe('a visitor who has signed in at the site', () => {
  test('is known to the run by the form, whether its field or its header has the token', async () => {
    const token = await sign(good());
    expect(await formUser({ user_token: token })).toEqual({ uid: 'u-7', role: 'jobseeker' });
    expect(await formUser({}, { 'X-User-Token': token })).toEqual({ uid: 'u-7', role: 'jobseeker' });
  });

  test('is known to the run by the widget', async () => {
    const token = await sign({ ...good(), uid: 42 });
    const headers = { 'x-api-key': key, Origin: page, 'X-User-Token': token };
    const reply = await widget.chat.bare('POST', '/api/widget/chat/stream', question(), headers);
    const run = /chat\/stream\/([0-9a-f-]{36})/.exec(await reply.text())?.[1];
    const { body } = await widget.chat.json('GET', `/api/runs/${run}`);
    const turn = await newestTurn(widget.chat.workspace, body.thread_id, widget.chat.effects);
    expect(turn).toMatchObject({ asker: { siteUser: { uid: '42', role: 'jobseeker' } } });
  });

  test('is a guest at other modes', async () => {
    await ensureMode(widget.chat.workspace, 'jobs', widget.chat.effects);
    expect(await formUser({ mode: 'jobs', user_token: await sign(good()) })).toBeUndefined();
  });
});

describe('a visitor is a guest, and is answered,', () => {
  test.each<[string, () => Promise<string>]>([
    ['without a token', async () => ''],
    ['with what is no token', async () => 'x'],
    ['with a token of another secret', () => sign(good(), 'another-secret-that-is-long-enough')],
    ['with a token of another algorithm', () => sign(good(), siteSecret.repeat(2), 'HS512')],
    [
      'with a token without a signature',
      async () =>
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(good())).toString('base64url')}.`,
    ],
    ['with one that has expired', () => sign({ ...good(), exp: now() - 60 })],
    ['with one without an end', () => sign({ ...good(), exp: undefined })],
    ['with one without a beginning', () => sign({ ...good(), iat: undefined })],
    ['with one of nobody', () => sign({ ...good(), uid: undefined })],
    ['with one without a role', () => sign({ ...good(), role: undefined })],
    ['with one of 5,000 characters', () => sign({ ...good(), more: 'x'.repeat(5_000) })],
  ])('%s', async (_, token) => {
    expect(await formUser({ user_token: await token() })).toBeUndefined();
  });
});

test('no log has a token', async () => {
  const tokens = [await sign(good()), await sign({ ...good(), exp: 1 })];
  for (const token of tokens) await formUser({ user_token: token });
  for (const token of tokens) expect(widget.chat.world.logged.join('\n')).not.toContain(token);
});
