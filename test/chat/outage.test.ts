import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { forgetOutage } from '../../functions/chat/index.ts';
import { CallerError } from '../../functions/platform/errors.ts';
import { ModelError } from '../../functions/platform/models/model.ts';
import { type Answer, type ChatWorld, jsonOf, saying, startChat } from './chat-world.ts';

let chat: ChatWorld;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat.stop());
beforeEach(async () => {
  chat.world.ahead = 0;
  await chat.table.delete({ pk: 'HEALTH', sk: 'MODEL' });
});

const failing = (error: Error): Answer =>
  // oxlint-disable-next-line require-yield -- it fails before it says anything
  async function* () {
    throw error;
  };
const unreachable = failing(
  new ModelError('unreachable', 'The model can not be reached.', {
    model: 'extractive',
    cause: new Error('the connection failed: ECONNREFUSED'),
  }),
);

/** Asks, follows to the end, and lets the run's last message of the queue come, if it does. */
async function turn(answer: Answer, { delivered = true } = {}): Promise<string> {
  chat.world.answer = answer;
  const { run, events } = await chat.ask();
  await chat.follow(events);
  if (delivered) await chat.deliver(run);
  return run;
}
const health = async () => (await chat.json('GET', '/api/health')).body;

describe('health', () => {
  test('says since when the model fails, in all processes, until it answers', async () => {
    const before = Date.now();
    await turn(unreachable);
    const first = await health();
    expect(first).toMatchObject({
      status: 'degraded',
      model: 'extractive',
      parts: { model: 'failing', chat: 'ok', index: 'ok' },
    });
    const since = Date.parse(first.failing_since.model);
    expect(since).toBeGreaterThanOrEqual(before);
    expect(JSON.stringify(first)).not.toContain('reached');

    chat.world.ahead = 60_000;
    await turn(failing(new ModelError('timeout', 'The model stopped.', { model: 'extractive' })));
    chat.restart();
    expect((await health()).failing_since).toEqual(first.failing_since);

    await turn(saying(['Hello.']));
    expect(await health()).toMatchObject({ status: 'ok', parts: { model: 'ok' } });
    expect(await health()).not.toHaveProperty('failing_since');
  });

  test('says nothing of a failure before a start, which may have other settings', async () => {
    await turn(unreachable);
    await forgetOutage({ chat: chat.table });
    expect(await health()).toMatchObject({ status: 'ok', parts: { model: 'ok' } });
  });

  test('blames no model for what another one did before the settings changed', async () => {
    await turn(failing(new ModelError('unreachable', 'Down.', { model: 'openai:gpt-5-mini' })));
    expect(await health()).toMatchObject({ status: 'ok', parts: { model: 'ok' } });
  });

  test('leaves in the log which model failed, how, and what its connection said', async () => {
    chat.world.logged.length = 0;
    await turn(unreachable);
    const line = chat.world.logged.find(logged => logged.includes('run.failed'));
    expect(line).toContain(
      '"kind":"unreachable","model":"extractive","cause":"the connection failed: ECONNREFUSED"',
    );
  });

  test.each<[string, Answer]>([
    ['a refusal of the model', failing(new ModelError('refused', 'The model declined.'))],
    ['a question that is too long', failing(new ModelError('too_long', 'It is too long.'))],
    ['a question of a mode that is gone', failing(new CallerError('not_found', 'no such mode'))],
    ['a defect of our own', failing(new Error('boom'))],
  ])('is no worse for %s', async (_, answer) => {
    await turn(answer);
    expect(await health()).toMatchObject({ status: 'ok', parts: { model: 'ok' } });
  });

  test('believes the turn that ended last, in whatever order they are told', async () => {
    const late = await turn(unreachable, { delivered: false });
    chat.world.ahead = 5_000;
    const failedAfter = await turn(unreachable);
    const { failing_since: since } = await health();
    chat.world.ahead = 10_000;
    const answered = await turn(saying(['Hello.']), { delivered: false });
    await chat.deliver(late);
    expect(Date.parse((await health()).failing_since.model)).toBeLessThan(Date.parse(since.model));
    await chat.deliver(answered);
    expect((await health()).status).toBe('ok');
    expect(failedAfter).not.toBe(answered);
  });

  test('forgets what nobody has met for an hour', async () => {
    await turn(unreachable);
    chat.world.ahead = 61 * 60_000;
    expect((await health()).status).toBe('ok');
  });

  test('of the widget is degraded then, with the same shape', async () => {
    await turn(unreachable);
    expect(await jsonOf(await chat.bare('GET', '/api/widget/health'))).toMatchObject({
      status: 200,
      body: { status: 'degraded', services: { express: true, pythonBackend: false } },
    });
  });
});

test('where work can not be queued, health says so, and nothing is posted that nobody would do', async () => {
  const thread = await chat.newThread();
  chat.world.queueIsDown = true;
  try {
    const { status, body } = await chat.json('GET', '/api/health');
    expect([status, body.detail ?? body.error]).toMatchObject([503, expect.anything()]);
    expect(JSON.stringify(body)).toContain('"queue":"failing"');
    const posted = await chat.json('POST', `/api/threads/${thread}/messages`, { content: 'Hello?' });
    expect(posted.status).toBe(503);
    expect(JSON.stringify(posted.body)).toContain('nothing was posted, try again');
    expect((await chat.json('GET', `/api/threads/${thread}`)).body.messages).toEqual([]);
  } finally {
    chat.world.queueIsDown = false;
  }
});
