import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Earlier, ensureMode } from '../../functions/assistant/index.ts';
import { type ChatWorld, saying, startChat } from './chat-world.ts';
import { turnOf } from './death.ts';

let chat: ChatWorld;
let given: Earlier[];
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat.stop());
beforeEach(() => {
  given = [];
  chat.world.asked.length = 0;
  chat.world.answer = saying(['An answer.']);
  chat.world.summarise = async earlier => {
    given.push(earlier);
    return `summary ${given.length}`;
  };
});

/** Asks, reads the answer, and lets the queue's last message of the run come. */
async function turn(thread: string, question: string): Promise<string> {
  const { run, events } = await chat.ask(question, thread);
  await chat.follow(events);
  await chat.deliver(run);
  return run;
}
const questionsOf = ({ messages }: Earlier) =>
  messages.flatMap(({ role, text }) => (role === 'user' ? [text] : []));

describe('the summary of a conversation', () => {
  test('takes in each turn once, when the next question no longer reads it in full', async () => {
    const thread = await chat.newThread();
    for (let n = 1; n <= 3; n += 1) await turn(thread, `Question ${n}`);
    expect(given).toEqual([]);
    await turn(thread, 'Question 4');
    const run = await turn(thread, 'Question 5');
    expect(given.map(questionsOf)).toEqual([['Question 1'], ['Question 2']]);
    expect(given.map(({ summary }) => summary)).toEqual(['', 'summary 1']);
    expect(given[0]?.messages[1]).toEqual({ role: 'assistant', text: 'An answer.' });

    await turn(thread, 'Question 6');
    expect(chat.world.asked.map(({ summary }) => summary)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      'summary 1',
      'summary 2',
    ]);
    const times = given.length;
    const message = { ...(await turnOf(chat, run)), workspace: chat.workspace, postedAt: Date.now() };
    chat.world.queued.push({ message, delaySeconds: 0 });
    await chat.deliver(run);
    expect(given).toHaveLength(times);
  });

  test.each([
    { window: 2, summed: ['Question 1', 'Question 2', 'Question 3'] },
    { window: 20, summed: [] },
    { window: 0, summed: [] },
  ])('leaves no gap to what the mode reads in full: $window messages', async ({ window, summed }) => {
    const mode = `window-${window}`;
    await ensureMode(chat.workspace, { name: mode, history_messages: window }, chat.effects);
    const { body: user } = await chat.json('POST', '/api/users', { name: `of ${mode}` });
    const { body } = await chat.json('POST', '/api/threads', { user_id: user.user_id, mode });
    for (let n = 1; n <= 4; n += 1) await turn(body.thread_id, `Question ${n}`);
    expect(given.flatMap(questionsOf)).toEqual(summed);
    // The third question reads the second in full where the window is one turn, and the first as the summary has it.
    expect(chat.world.asked[2]?.summary).toBe(summed.length > 0 ? 'summary 1' : undefined);
  });

  test('that fails delays nothing, and the next one takes in what is missing', async () => {
    const thread = await chat.newThread();
    const works = chat.world.summarise;
    chat.world.summarise = async () => {
      throw new Error('the provider is down');
    };
    for (let n = 1; n <= 4; n += 1) await turn(thread, `Question ${n}`);
    chat.world.summarise = works;
    const run = await turn(thread, 'Question 5');
    expect((await chat.json('GET', `/api/runs/${run}`)).body.status).toBe('done');
    expect(given.map(questionsOf)).toEqual([['Question 1', 'Question 2']]);
  });

  test('belongs to its thread', async () => {
    const [one, other] = [await chat.newThread(), await chat.newThread()];
    for (let n = 1; n <= 4; n += 1) await turn(one, `Question ${n}`);
    chat.world.asked.length = 0;
    for (let n = 1; n <= 5; n += 1) await turn(other, `Another ${n}`);
    expect(given.flatMap(questionsOf)).toEqual(['Question 1', 'Another 1', 'Another 2']);
    expect(chat.world.asked.at(-1)?.summary).not.toBe('summary 1');
  });
});
