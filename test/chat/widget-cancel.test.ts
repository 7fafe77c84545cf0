import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChatWorld, jsonOf, saying } from './chat-world.ts';
import { type Frame, types } from './frames.ts';
import { chunks, framesOf, page, question, resumeOf, startWidget, type WidgetWorld } from './widget-world.ts';

let widget: WidgetWorld;
let chat: ChatWorld;
beforeAll(async () => {
  widget = await startWidget();
  ({ chat } = widget);
});
afterAll(() => chat.stop());

const cancel = (frames: readonly Frame[], headers: Record<string, string> = {}) =>
  chat.bare('POST', `${resumeOf(frames)}/cancel`, undefined, {
    'x-api-key': widget.key,
    Origin: page,
    ...headers,
  });

/** An answer that says a word and then nothing more; whether its engine was told to stop. */
async function begun(asked: object) {
  const told = { toStop: false };
  chat.world.answer = async function* (_, signal) {
    yield { type: 'token', text: 'Half' };
    await new Promise(stopped => signal.addEventListener('abort', stopped));
    told.toStop = true;
  };
  const frames = await framesOf(
    await widget.call('POST', '/chat/stream', asked),
    got => chunks(got) === 'Half',
  );
  return { frames, told };
}

test('an answer that is stopped ends for everybody, and the next question of the session is answered', async () => {
  const asked = question();
  const { frames, told } = await begun(asked);
  const reply = await jsonOf(await cancel(frames));
  expect(reply).toMatchObject({ status: 200, body: { ok: true, status: 'canceled' } });
  expect(reply.headers.get('access-control-allow-origin')).toBe(page);
  await expect.poll(() => told.toStop, { timeout: 5_000 }).toBe(true);
  const again = await widget.resume(frames, '');
  expect([types(again).at(-1), again.at(-1)?.data.code]).toEqual(['error', 'CANCELED']);
  chat.world.answer = saying(['Next.']);
  expect(chunks(await widget.ask({ ...asked, message: 'And now?' }))).toBe('Next.');
  expect((await jsonOf(await cancel(frames))).body).toEqual({ ok: true, status: 'canceled' });
});

test('an answer that is at its end stays', async () => {
  chat.world.answer = saying(['Whole.']);
  const frames = await widget.ask();
  expect((await jsonOf(await cancel(frames))).body).toEqual({ ok: true, status: 'done' });
  expect(chunks(await widget.resume(frames, ''))).toBe('Whole.');
});

test('only a widget of the same workspace, on a page where it may stand, can stop an answer', async () => {
  const { frames } = await begun(question());
  const status = async (headers: Record<string, string>) => (await cancel(frames, headers)).status;
  expect(await status({ 'x-api-key': widget.otherKey })).toBe(404);
  expect(await status({ 'x-api-key': '' })).toBe(401);
  expect(await status({ Origin: 'https://evil.example' })).toBe(403);
  const { run } = await chat.ask();
  for (const path of [run, crypto.randomUUID()])
    expect((await widget.call('POST', `/chat/stream/${path}/cancel`)).status).toBe(404);
  expect((await widget.call('POST', '/chat/stream/x/cancel')).status).toBe(400);
  expect((await jsonOf(await cancel(frames))).body).toMatchObject({ status: 'canceled' });
});
