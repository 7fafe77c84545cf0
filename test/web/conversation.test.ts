import { describe, expect, it, vi } from 'vitest';
import { type Conversation, createConversation } from '../../web/chat/conversation.ts';
import { createChatApi } from '../../web/shared/api.ts';
import { done, frames, message, type ScriptedServer, scriptedServer, storage } from './scripted-server.ts';

const thread = '11111111-1111-4111-8111-111111111111';
const token = (text: string): [string, object] => ['token', { text }];
const state = (data: object): [string, object] => ['state', data];

/** A tab that looks at the server; it remembers `kept`, if anything. */
function tab(server: ScriptedServer, kept?: string) {
  const memory = storage(kept ? { thread: kept } : {});
  const told: string[] = [];
  let keys = 0;
  const visitor = {
    meet: async () => ({ title: '', intro: '', prompts: [] }),
    token: async () => 't',
    replace: async () => 't',
  };
  const conversation = createConversation({
    api: createChatApi('m', visitor, server.fetch),
    memory: {
      read: () => memory.read('thread'),
      write: value => memory.write('thread', value),
      forget: () => memory.forget('thread'),
    },
    stream: {
      wait: (_, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('left')))),
      pause: async () => {},
      random: () => 0,
    },
    key: () => `key-${++keys}`,
    tellTabs: value => void told.push(value),
  });
  return { conversation, memory, told };
}

const settled = (conversation: Conversation) =>
  vi.waitFor(() => expect(conversation.state().turns.at(-1)?.phase).toMatch(/done|failed|canceled|unsent/));
const last = (conversation: Conversation) => conversation.state().turns.at(-1);

describe('asking', () => {
  it('begins a thread with the first question and goes on in it with the next', async () => {
    const server = scriptedServer();
    const { conversation, memory, told } = tab(server);
    await conversation.open();
    await conversation.ask('When?');
    await settled(conversation);
    await conversation.ask('Where?');
    await settled(conversation);
    expect(server.calls.filter(({ call }) => call === 'POST /api/threads')).toHaveLength(1);
    expect(conversation.state().turns.map(turn => [turn.question, turn.text, turn.phase])).toEqual([
      ['When?', 'Yes [1].', 'done'],
      ['Where?', 'Yes [1].', 'done'],
    ]);
    expect(told).toEqual([memory.read('thread'), memory.read('thread')]);
  });

  it('shows why a question was not sent, and sends it again', async () => {
    const server = scriptedServer();
    const { conversation } = tab(server);
    server.intercept = () => {
      throw new TypeError('offline');
    };
    await conversation.ask('When?');
    expect(last(conversation)).toMatchObject({
      phase: 'unsent',
      failure: 'The server could not be reached.',
    });
    server.intercept = undefined;
    await conversation.retry('key-1');
    await settled(conversation);
    expect(conversation.state().turns).toMatchObject([{ question: 'When?', phase: 'done' }]);
  });

  it('does not ask twice when only the answer to the sending was lost', async () => {
    const server = scriptedServer();
    const { conversation, memory } = tab(server);
    server.lose = call => {
      if (call.endsWith('/messages')) throw new TypeError('connection reset');
    };
    await conversation.ask('When?');
    expect(last(conversation)?.phase).toBe('unsent');
    server.lose = undefined;
    await conversation.retry('key-1');
    await settled(conversation);
    expect(last(conversation)).toMatchObject({ phase: 'done', text: 'Yes [1].' });
    expect(server.threads.get(memory.read('thread') ?? '')).toHaveLength(1);
  });

  it('says what the server said when it refuses a question', async () => {
    const server = scriptedServer();
    const { conversation } = tab(server);
    server.intercept = call =>
      call.endsWith('/messages')
        ? new Response('{"detail":"100 questions an hour: ask again later"}', { status: 429 })
        : undefined;
    await conversation.ask('When?');
    expect(last(conversation)).toMatchObject({
      phase: 'unsent',
      failure: '100 questions an hour: ask again later',
    });
  });

  it('begins a new thread when the server has forgotten this one', async () => {
    const server = scriptedServer();
    const { conversation } = tab(server, thread);
    await conversation.ask('When?');
    expect(last(conversation)?.failure).toContain('no longer kept');
    await conversation.retry('key-1');
    await settled(conversation);
    expect(last(conversation)?.phase).toBe('done');
  });
});

/** The turn after this stream. */
const answered = async (stream: string) => {
  const server = scriptedServer();
  server.threads.set(thread, [message('run', 'When?', { status: 'running' })]);
  server.streams.set('run', stream);
  const { conversation } = tab(server, thread);
  await conversation.open();
  await settled(conversation);
  return last(conversation);
};

describe('stopping', () => {
  it('cancels the run that answers', async () => {
    const server = scriptedServer();
    server.threads.set(thread, [message('run', 'When?', { status: 'running' })]);
    server.streams.set('run', frames(token('Half')));
    const { conversation } = tab(server, thread);
    await conversation.open();
    server.streams.set('run', frames(token('Half'), ['canceled', {}]) + done('canceled'));
    await conversation.stop();
    await settled(conversation);
    expect(server.calls.map(({ call }) => call)).toContain('POST /api/runs/run/cancel');
    expect(last(conversation)?.phase).toBe('canceled');
  });

  it('cancels a question that is still being sent as soon as there is a run', async () => {
    const server = scriptedServer();
    const { conversation } = tab(server);
    const asking = conversation.ask('When?');
    await conversation.stop();
    await asking;
    const run = last(conversation)?.run ?? '';
    // Whoever opens the stream first runs the answer, so the cancellation has to be there before.
    expect(server.calls.map(({ call }) => call).filter(call => call.includes(run))).toEqual([
      `POST /api/runs/${run}/cancel`,
      `GET /api/runs/${run}/events`,
    ]);
  });

  it('says so when it did not come through', async () => {
    const server = scriptedServer();
    const { conversation } = tab(server);
    server.intercept = call => (call.endsWith('/cancel') ? new Response('', { status: 503 }) : undefined);
    const asking = conversation.ask('When?');
    await conversation.stop();
    await asking;
    expect(conversation.state().notice).toContain('could not be stopped');
  });
});

describe('an answer', () => {
  it('is dropped and told anew when another attempt takes over', async () => {
    const again = state({ status: 'running', attempt: 2, reset: true });
    const turn = await answered(
      frames(token('Half '), again, token('Whole'), ['final', { text: 'Whole', sources: [] }]) + done(),
    );
    expect(turn).toMatchObject({ phase: 'done', text: 'Whole' });
  });

  it('keeps what was told when it fails, and says why', async () => {
    const why = { error: 'the model did not answer in time' };
    const turn = await answered(
      frames(token('Half'), ['error', why], state({ status: 'error' })) + done('error'),
    );
    expect(turn).toMatchObject({ phase: 'failed', text: 'Half', failure: why.error });
  });

  it('keeps what was told when it is canceled', async () => {
    const turn = await answered(
      frames(token('Half'), ['canceled', { reason: 'canceled' }]) + done('canceled'),
    );
    expect(turn).toMatchObject({ phase: 'canceled', text: 'Half' });
  });

  it('passes over events and sources that it does not know', async () => {
    const sources = [{ n: 1, url: 'https://example.org', title: 'A' }, { n: 'x' }, null, 'y'];
    const turn = await answered(
      frames(['news', { x: 1 }], ['tool_end', {}], token('A'), ['final', { text: 'A', sources }]) + done(),
    );
    expect(turn).toMatchObject({ phase: 'done', text: 'A', sources: [sources[0]] });
  });
});

describe('coming back', () => {
  it('shows the history with its sources, failures and cancellations', async () => {
    const server = scriptedServer();
    const source = { n: 1, id: 'd', title: 'Hours', url: 'https://example.org', excerpt: 'Open.', score: 1 };
    server.threads.set(thread, [
      message('a', 'When?'),
      message('a', 'At ten [1].', { role: 'assistant', sources: [source] }),
      message('b', 'Where?', { status: 'error', error: 'the model did not answer in time' }),
      message('c', 'Why?', { status: 'canceled' }),
    ]);
    const { conversation } = tab(server, thread);
    await conversation.open();
    expect(conversation.state().turns).toMatchObject([
      { question: 'When?', text: 'At ten [1].', sources: [source], phase: 'done' },
      { question: 'Where?', phase: 'failed', failure: 'the model did not answer in time' },
      { question: 'Why?', phase: 'canceled' },
    ]);
    expect(server.calls.some(({ call }) => call.endsWith('/events'))).toBe(false);
  });

  it('begins afresh when the thread is gone, and says so', async () => {
    const { conversation, memory } = tab(scriptedServer(), thread);
    await conversation.open();
    expect(conversation.state()).toMatchObject({ phase: 'ready', turns: [] });
    expect(conversation.state().notice).toContain('no longer kept');
    expect(memory.read('thread')).toBeUndefined();
  });

  it('keeps the thread when it can not be read, and reads it when asked again', async () => {
    const server = scriptedServer();
    server.threads.set(thread, [message('a', 'When?')]);
    server.intercept = () => new Response('', { status: 503 });
    const { conversation } = tab(server, thread);
    await conversation.open();
    expect(conversation.state().phase).toBe('unavailable');
    server.intercept = undefined;
    await conversation.open();
    expect(conversation.state()).toMatchObject({ phase: 'ready', turns: [{ question: 'When?' }] });
  });

  it('follows several unfinished runs in their order', async () => {
    const server = scriptedServer();
    server.threads.set(thread, [
      message('a', 'When?', { status: 'running' }),
      message('b', 'Where?', { status: 'queued' }),
    ]);
    const { conversation } = tab(server, thread);
    await conversation.open();
    await settled(conversation);
    expect(server.calls.filter(({ call }) => call.endsWith('/events')).map(({ call }) => call)).toEqual([
      'GET /api/runs/a/events',
      'GET /api/runs/b/events',
    ]);
  });
});

describe('several conversations', () => {
  it('does not let a late answer land in a new conversation', async () => {
    const server = scriptedServer();
    const { conversation } = tab(server);
    const asking = conversation.ask('When?');
    conversation.startOver();
    await asking;
    expect(conversation.state().turns).toEqual([]);
    await conversation.ask('Where?');
    await settled(conversation);
    expect(conversation.state().turns).toMatchObject([{ question: 'Where?', phase: 'done' }]);
  });

  it('shows what another tab asked in the same thread, once', async () => {
    const server = scriptedServer();
    server.threads.set(thread, [message('a', 'When?')]);
    const { conversation } = tab(server, thread);
    await conversation.open();
    server.threads.get(thread)?.push(message('b', 'Where?', { status: 'queued' }));
    await Promise.all([conversation.threadChanged(thread), conversation.threadChanged(thread)]);
    await conversation.threadChanged('another');
    await settled(conversation);
    expect(conversation.state().turns.map(turn => turn.question)).toEqual(['When?', 'Where?']);
  });
});
