import { describe, expect, it } from 'vitest';
import { ApiError } from '../../web/shared/api.ts';
import type { WidgetApi } from '../../web/widget/panel/api.ts';
import { createConversation } from '../../web/widget/panel/conversation.ts';
import { createHistory } from '../../web/widget/panel/history.ts';
import { randomUuid } from '../../web/widget/panel/random-uuid.ts';
import { frames, storage } from './scripted-server.ts';

const start = ['start', { traceId: 't', sessionId: 's', resume: '/resume/1' }] as [string, object];
const closing = 'event: done\ndata: [DONE]\n\n';
const stream = (text: string) => new Response(text, { headers: { 'content-type': 'text/event-stream' } });

/** A conversation whose server answers with these, one after the other. */
function begin(replies: (Response | Error | Promise<Response>)[], kept = storage(), streaming = true) {
  const asked: string[] = [];
  const next = async (call: string): Promise<Response> => {
    asked.push(call);
    const reply = replies.shift();
    if (reply instanceof Error) throw reply;
    // After the last one the server is silent.
    return reply ?? new Promise(() => {});
  };
  const api: WidgetApi = {
    ask: ({ message, files }) => next(`ask ${[message, ...files.map(({ name }) => name)].join(' with ')}`),
    resume: (url, lastEventId) => next(`resume ${url} ${lastEventId}`),
    // Whether that is heard changes nothing here.
    cancel: url => Promise.reject(new Error(`${asked.push(`cancel ${url}`)} calls`)),
    askWhole: async ({ message }) => ({ text: await (await next(`whole ${message}`)).text(), sources: [] }),
  };
  const conversation = createConversation({
    api,
    history: createHistory('k', kept, randomUuid),
    stream: {
      wait: (_, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      pause: () => new Promise(resolve => setTimeout(resolve, 1)),
      random: () => 0.5,
    },
    streaming,
    now: () => 1,
    newId: randomUuid,
  });
  const entries = () =>
    conversation
      .state()
      .entries.map(({ role, state, content, failure }) => ({ role, state, text: content || failure }));
  return { conversation, asked, kept, entries };
}

const answer = (state: string, text: string) => ({ role: 'assistant', state, text });

describe('the conversation of a widget', () => {
  it('resumes a cut stream where it was cut, and begins the answer anew when the server does', async () => {
    const { conversation, asked, entries } = begin([
      stream(frames(start, ['chunk', { text: 'One ' }], ['chunk', { text: 'two' }])),
      stream(
        'id: 4\nevent: reset\ndata: {"attempt":2}\n\nid: 5\nevent: chunk\ndata: {"text":"Three"}\n\n' +
          closing,
      ),
    ]);
    expect(conversation.ask('Count')).toBe(true);
    expect(conversation.ask('Too soon')).toBe(false);
    await expect
      .poll(entries)
      .toEqual([{ role: 'user', state: 'done', text: 'Count' }, answer('done', 'Three')]);
    expect(asked).toEqual(['ask Count', 'resume /resume/1 3']);
  });

  it('shows no part of what it was told about the stream itself as text, and drops no text that is JSON', async () => {
    const { conversation, entries } = begin([
      stream(
        frames(start, ['chunk', { text: 'true' }], ['chunk', { text: '\n42' }], ['sources', []]) + closing,
      ),
    ]);
    conversation.ask('What?');
    await expect.poll(entries).toEqual([expect.anything(), answer('done', 'true\n42')]);
  });

  it('says that there is no answer when the stream ends before it told how to resume, and asks no second time', async () => {
    const { conversation, asked, entries } = begin([stream('')]);
    conversation.ask('What?');
    await expect.poll(() => entries().at(-1)?.state).toBe('failed');
    expect(asked).toEqual(['ask What?']);
  });

  it('says why a question was refused, and asks it again when told to', async () => {
    const { conversation, entries, asked } = begin([
      new ApiError(429, 'Too many questions.'),
      stream(frames(start, ['chunk', { text: 'Yes' }]) + closing),
    ]);
    conversation.ask('May I?');
    await expect.poll(entries).toEqual([expect.anything(), answer('failed', 'Too many questions.')]);
    conversation.retry();
    await expect
      .poll(entries)
      .toEqual([{ role: 'user', state: 'done', text: 'May I?' }, answer('done', 'Yes')]);
    expect(asked).toHaveLength(2);
  });

  it('asks again with the files of the question, as long as it has them', async () => {
    const refused = () => new ApiError(503, 'Later.');
    const file = { name: 'a.txt', text: 'A' };
    const first = begin([refused(), refused()]);
    first.conversation.ask('What is in it?', [file]);
    await expect.poll(() => first.entries().at(-1)?.state).toBe('failed');
    first.conversation.retry();
    await expect
      .poll(() => first.asked)
      .toEqual(['ask What is in it? with a.txt', 'ask What is in it? with a.txt']);
    await expect.poll(() => first.entries().at(-1)?.state).toBe('failed');
    const later = begin([], first.kept);
    later.conversation.retry();
    expect(later.entries().at(-1)).toEqual(
      answer('failed', 'The files are no longer here. Attach them again.'),
    );
    expect(later.asked).toEqual([]);
  });

  it('tells a broken answer by the server’s own words, and shows none of its text', async () => {
    const { conversation, entries } = begin([
      stream(
        frames(
          start,
          ['chunk', { text: 'Half' }],
          ['error', { code: 'STREAM_ERROR', message: 'The model is away.' }],
        ),
      ),
    ]);
    conversation.ask('What?');
    await expect.poll(entries).toEqual([expect.anything(), answer('failed', 'The model is away.')]);
  });

  it('keeps of a stopped answer what had come, and hears no more of it', async () => {
    const { conversation, asked, kept, entries } = begin([
      stream(frames(start, ['chunk', { text: 'One ' }], ['chunk', { text: 'two' }])),
      stream(frames(start, ['chunk', { text: 'Yes' }]) + closing),
    ]);
    // In the middle of a piece from the network.
    const leave = conversation.subscribe(() => {
      if (entries().at(-1)?.text === 'One ') conversation.stop();
    });
    conversation.ask('Count');
    await expect.poll(entries).toEqual([expect.anything(), answer('stopped', 'One ')]);
    leave();
    expect(begin([], kept).entries()).toEqual(entries());
    expect(kept.kept.has('cc_unfinished.k')).toBe(false);
    conversation.retry();
    await expect.poll(entries).toEqual([expect.anything(), answer('done', 'Yes')]);
    conversation.stop();
    expect(entries().at(-1)?.state).toBe('done');
    expect(asked).toEqual(['ask Count', 'cancel /resume/1', 'ask Count']);
  });

  it('cancels an answer that was stopped before it had said how, as soon as it says it', async () => {
    const late = Promise.withResolvers<Response>();
    const { conversation, asked, entries } = begin([
      late.promise,
      stream(frames(start, ['chunk', { text: 'Yes' }]) + closing),
    ]);
    conversation.ask('Slow?');
    await expect.poll(() => asked).toEqual(['ask Slow?']);
    conversation.stop();
    conversation.ask('And now?');
    await expect.poll(() => entries().at(-1)).toEqual(answer('done', 'Yes'));
    late.resolve(
      stream(frames(['start', { traceId: 't', resume: '/resume/2' }], ['chunk', { text: 'Late' }])),
    );
    await expect.poll(() => asked).toEqual(['ask Slow?', 'ask And now?', 'cancel /resume/2']);
    expect(entries()[1]).toMatchObject({ state: 'stopped', text: undefined });
  });

  it('does not tell why a question was refused that was stopped before', async () => {
    const late = Promise.withResolvers<Response>();
    const { conversation, entries } = begin([
      late.promise,
      stream(frames(start, ['chunk', { text: 'Yes' }]) + closing),
    ]);
    conversation.ask('Slow?');
    conversation.stop();
    late.reject(new ApiError(429, 'Too many questions.'));
    conversation.ask('And now?');
    await expect.poll(() => entries().at(-1)).toEqual(answer('done', 'Yes'));
    expect(entries()[1]).toMatchObject({ state: 'stopped', text: undefined });
  });

  it('hears no more of a whole answer that was stopped while it came', async () => {
    const whole = Promise.withResolvers<Response>();
    const { conversation, entries, asked } = begin([whole.promise, new Response('Yes')], storage(), false);
    conversation.ask('Whole?');
    await expect.poll(() => asked).toEqual(['whole Whole?']);
    conversation.stop();
    whole.resolve(new Response('Too late'));
    conversation.ask('And now?');
    await expect.poll(() => entries().at(-1)).toEqual(answer('done', 'Yes'));
    expect(entries()[1]).toMatchObject({ state: 'stopped', text: undefined });
  });

  it('goes on with an answer that the page before it left', async () => {
    const first = begin([stream(frames(start, ['chunk', { text: 'Be' }]))]);
    first.conversation.ask('Begin?');
    await expect.poll(() => first.kept.kept.get('cc_unfinished.k')).toBe('1');
    const { asked, entries } = begin(
      [stream(frames(start, ['chunk', { text: 'Begun' }]) + closing)],
      first.kept,
    );
    await expect
      .poll(entries)
      .toEqual([{ role: 'user', state: 'done', text: 'Begin?' }, answer('done', 'Begun')]);
    expect(asked).toEqual(['resume /resume/1 0']);
    expect(first.kept.kept.has('cc_unfinished.k')).toBe(false);
  });

  it('is another one after it was cleared, and hears nothing of the old one', async () => {
    const { conversation, kept, entries } = begin([
      stream(frames(start, ['chunk', { text: 'Yes' }]) + closing),
    ]);
    conversation.ask('One?');
    await expect.poll(() => entries().at(-1)?.state).toBe('done');
    const before = kept.kept.get('cc_session_id.k');
    expect(before).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    conversation.clear();
    expect([...kept.kept.keys()]).toEqual([]);
    expect(entries()).toEqual([]);
  });

  it('lets the server know that nobody waits for the answer, when it is cleared', async () => {
    const { conversation, asked, entries } = begin([stream(frames(start, ['chunk', { text: 'One' }]))]);
    conversation.ask('Count');
    await expect.poll(() => entries().at(-1)).toEqual(answer('answering', 'One'));
    conversation.clear();
    expect(asked).toContain('cancel /resume/1');
    conversation.clear();
    expect(asked.filter(call => call.startsWith('cancel'))).toHaveLength(1);
  });

  it('keeps the last 50 messages, and reads only what makes sense of what it finds', () => {
    const many = Array.from({ length: 60 }, (_, i) => ({
      id: `${i}`,
      role: 'user',
      content: `m${i}`,
      sources: [],
      timestamp: i,
      state: 'done',
    }));
    const kept = storage({
      'cc_messages.k': JSON.stringify([
        ...many,
        { role: 'system', content: 'x' },
        null,
        7,
        { role: 'assistant', content: 5 },
      ]),
    });
    const history = createHistory('k', kept, randomUuid);
    expect(history.read()).toHaveLength(60);
    history.write(history.read());
    expect(history.read().map(({ content }) => content)).toEqual(
      many.slice(10).map(({ content }) => content),
    );
    for (const broken of ['{', '7', '{"a":1}', 'null'])
      expect(createHistory('k', storage({ 'cc_messages.k': broken }), randomUuid).read()).toEqual([]);
    const lost = [{ id: 'a', role: 'assistant', content: '', sources: [], timestamp: 1, state: 'answering' }];
    expect(
      createHistory('k', storage({ 'cc_messages.k': JSON.stringify(lost) }), randomUuid).read()[0]?.state,
    ).toBe('failed');
  });
});
