import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AnswerEvent, type AnswerRequest, answer, ensureMode } from '../../functions/assistant/index.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { extractiveModel } from '../../functions/assistant/extracts/extractive-model.ts';
import type { ModeName } from '../../functions/platform/ids.ts';
import { ModelError } from '../../functions/platform/models/model.ts';
import { openAiModel } from '../../functions/platform/models/openai-model.ts';
import { calls, type OpenAiFake, says, saysWords, startOpenAiFake } from '../support/openai-fake.ts';
import { type AssistantWorld, harbour, museum, startAssistant } from './assistant-world.ts';

let world: AssistantWorld;
let fake: OpenAiFake;
beforeAll(async () => {
  [world, fake] = await Promise.all([startAssistant(), startOpenAiFake()]);
  const draft = { name: 'museum', title: 'Ask the museum', description: 'Speak like a sailor.' };
  await ensureMode(harbour, draft, world.effects);
  await world.learn();
});
afterAll(() => Promise.all([world.stop(), fake.stop()]));
afterEach(() => {
  expect(fake.complaints).toEqual([]);
  fake.reset();
  world.measured.length = 0;
});

const asked = (question: string, changes: Partial<AnswerRequest> = {}): AnswerRequest => ({
  workspace: harbour,
  mode: museum,
  question,
  history: [],
  ...changes,
});

async function ask(request: AnswerRequest, signal = new AbortController().signal) {
  const events: AnswerEvent[] = [];
  for await (const event of answer(request, world.effects, signal)) events.push(event);
  const final = events.at(-1);
  if (final?.type !== 'final') return expect.fail(`ended with ${final?.type}`);
  const tokens = events.flatMap(event => (event.type === 'token' ? [event.text] : []));
  return { events, final, tokens };
}

const useExtractive = () => {
  world.world.model = extractiveModel;
};
const useOpenAi = () => {
  world.world.model = openAiModel(
    { apiKey: fake.apiKey, baseUrl: fake.url, model: 'gpt-5-mini' },
    systemClock,
  );
};

describe('an answer without a key', () => {
  it('is searched for in the words of the question, streamed, and cites what it quotes', async () => {
    useExtractive();
    const { events, final, tokens } = await ask(asked('Who founded the museum?'));
    expect(events[0]).toEqual({
      type: 'tool_start',
      tool: 'rag.search',
      input: { query: 'Who founded the museum?' },
    });
    expect(events[1]).toMatchObject({
      type: 'tool_end',
      tool: 'rag.search',
      output: { sources: expect.arrayContaining(['about']) },
    });
    expect(final).toMatchObject({
      text: 'The Harbour Museum was founded in 1968 by the shipbuilder Ada Thornton. [1]',
      model: 'extractive',
      sources: [{ n: 1, id: 'about', excerpt: expect.stringContaining('Ada Thornton') }],
    });
    expect(final.sources[0]?.url).toBe(
      'https://museum.example/about#:~:text=The%20Harbour%20Museum%20was%20founded%20in%201968%20by',
    );
    expect(tokens.length).toBeGreaterThan(5);
    expect(tokens.join('')).toBe(final.text);
  });

  it('says that it does not know, without a source, and counts that', async () => {
    useExtractive();
    const { final } = await ask(asked('What is the capital of Mongolia?'));
    expect(final).toMatchObject({ text: expect.stringContaining('could not find'), sources: [] });
    expect(world.measured).toContainEqual(['AnswerWithoutSupport', 1]);
  });

  it('searches once more for a question that leans on the one before, with the words of both', async () => {
    useExtractive();
    const history = [
      { role: 'user' as const, text: 'When is the museum open on Saturday?' },
      { role: 'assistant' as const, text: 'Saturday: 9:30–18:00 [1]' },
    ];
    const { events, final } = await ask(asked('and on Sunday?', { history }));
    expect(events.filter(({ type }) => type === 'tool_start')).toEqual([
      { type: 'tool_start', tool: 'rag.search', input: { query: 'and on Sunday?' } },
      {
        type: 'tool_start',
        tool: 'search_knowledge',
        input: { query: 'Sunday museum open Saturday' },
      },
    ]);
    expect(final.text).toContain('Sunday: 9:30–19:00');
  });
});

describe('an answer by a language model', () => {
  it('keeps what documents say out of the instructions', async () => {
    useOpenAi();
    fake.next(says('I do not know.'));
    await ask(asked('Was it a lovely afternoon with the children?'));
    const body = fake.requests[0]?.body;
    expect(body?.instructions).toContain('Speak like a sailor.');
    expect(body?.instructions).not.toContain('IGNORE ALL');
    expect(JSON.stringify(body?.input)).toContain('IGNORE ALL');
  });

  it('streams with checked citations, numbered as a reader meets them', async () => {
    useOpenAi();
    fake.next(
      says(
        'Founded by Ada [',
        '1',
        '] and run by Vance [7',
        '] ![x](http://evil',
        '.example/a) since 2019 [1].',
      ),
    );
    const { final, tokens } = await ask(asked('Who founded the museum?'));
    expect(final.text).toBe('Founded by Ada [1] and run by Vance  since 2019 [1].');
    expect(tokens.join('')).toBe(final.text);
    expect(final.sources.map(({ n, id }) => [n, id])).toEqual([[1, 'about']]);
  });

  it('tells each source with the text that is the first to cite it', async () => {
    useOpenAi();
    fake.next(says('Founded by Ada [1', ']. Run', ' by Vance [1][2', '], and so [2].'));
    const { events, final } = await ask(asked('Who founded the museum?'));
    const cited = events.flatMap(event => (event.type === 'token' && event.sources ? [event] : []));
    expect(cited.map(({ text, sources = [] }) => [text, ...sources.map(({ n }) => n)])).toEqual([
      [expect.stringContaining('[1]'), 1],
      [expect.stringContaining('[2]'), 2],
    ]);
    expect(cited.flatMap(({ sources = [] }) => sources.map(({ id }) => id))).toEqual(
      final.sources.map(({ id }) => id),
    );
    expect(cited[0]?.sources?.[0]).toEqual(final.sources[0]);
  });

  it('may search again; passages keep their numbers over all searches', async () => {
    useOpenAi();
    fake.next(
      calls('search_knowledge', { query: 'opening hours Sunday' }),
      calls('search_knowledge', { query: 'director of the museum' }),
      saysWords('Done.'),
    );
    const { events } = await ask(asked('Who founded the museum?'));
    expect(events.flatMap(event => (event.type === 'tool_start' ? [event.input.query] : []))).toEqual([
      'Who founded the museum?',
      'opening hours Sunday',
      'director of the museum',
    ]);
    const input = fake.requests[2]?.body.input as { type?: string; output?: string }[];
    const seen = new Map<number, string>();
    for (const { type, output } of input) {
      if (type !== 'function_call_output') continue;
      for (const { n, text } of (JSON.parse(output ?? '') as { sources: { n: number; text: string }[] })
        .sources) {
        expect(seen.get(n) ?? text).toBe(text);
        seen.set(n, text);
      }
    }
    expect(new Set(seen.values()).size).toBe(seen.size);
  });

  it('must answer after three more searches', async () => {
    useOpenAi();
    fake.always(({ tool_choice }) =>
      tool_choice === 'none' ? saysWords('Enough.') : calls('search_knowledge', { query: 'more' }),
    );
    const { final } = await ask(asked('Who founded the museum?'));
    expect(final.text).toBe('Enough.');
    expect(fake.requests).toHaveLength(4);
  });

  it.each([
    ['no JSON', { do: 'call', name: 'search_knowledge', arguments: '{"query":' } as const],
    ['no query', { do: 'call', name: 'search_knowledge', arguments: '{"query":7}' } as const],
    ['an unknown tool', { do: 'call', name: 'delete_everything', arguments: '{}' } as const],
  ])('a call with %s is told so and does nothing', async (_, step) => {
    useOpenAi();
    fake.next({ steps: [step] }, saysWords('I see.'));
    const { events, final } = await ask(asked('Who founded the museum?'));
    expect(final.text).toBe('I see.');
    expect(events.filter(({ type }) => type === 'tool_start')).toHaveLength(1);
    expect(JSON.stringify(fake.requests[1]?.body.input)).toContain('the call must be');
  });

  it('keeps what was said before a search apart from what is said after it', async () => {
    useOpenAi();
    fake.next(
      {
        steps: [
          { do: 'text', deltas: ['Let me look.'] },
          { do: 'call', name: 'search_knowledge', arguments: '{"query":"x"}' },
        ],
      },
      saysWords('Found it.'),
    );
    const { final, tokens } = await ask(asked('Who founded the museum?'));
    expect(final.text).toBe('Let me look.\n\nFound it.');
    expect(tokens.join('')).toBe(final.text);
  });

  it('that is cut at its length says so', async () => {
    useOpenAi();
    fake.next({
      steps: [
        { do: 'text', deltas: ['The museum'] },
        { do: 'incomplete', reason: 'max_output_tokens' },
      ],
    });
    const { final, tokens } = await ask(asked('Who founded the museum?'));
    expect(final.text).toBe('The museum …');
    expect(tokens.join('')).toBe(final.text);
  });

  it('that is nothing is an error, and so is one of which nothing is left', async () => {
    useOpenAi();
    fake.next(says(''), says('![x](http://evil.example)'));
    await expect(ask(asked('Who founded it?'))).rejects.toBeInstanceOf(ModelError);
    await expect(ask(asked('Who founded it?'))).rejects.toBeInstanceOf(ModelError);
  });

  it('fails with the error of the model', async () => {
    useOpenAi();
    fake.next({ steps: [{ do: 'text', deltas: ['The'] }, { do: 'cut' }] });
    await expect(ask(asked('Who founded it?'))).rejects.toMatchObject({
      name: 'ModelError',
      kind: 'unreachable',
    });
  });

  it('that is cancelled ends the request at the provider', async () => {
    useOpenAi();
    fake.next({ steps: [{ do: 'text', deltas: ['The', ' museum'] }, { do: 'stall' }] });
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const reading = (async () => {
      for await (const event of answer(asked('Who founded it?'), world.effects, controller.signal))
        if (event.type === 'token') controller.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    await expect(fake.requests[0]?.outcome).resolves.toBe('aborted');
  });
});

describe('a question', () => {
  it.each([
    ['that is blank', asked(' \n'), 'invalid'],
    ['that is too long', asked('x'.repeat(8001)), 'too_large'],
    ['that is too long in emoji', asked('😀'.repeat(8001)), 'too_large'],
    ['of an unknown mode', asked('Hello?', { mode: 'nowhere' as ModeName }), 'not_found'],
  ])('%s is refused', async (_, request, code) => {
    await expect(ask(request)).rejects.toMatchObject({ name: 'CallerError', code });
  });

  it('of as many characters as are allowed is answered, though they be emoji', async () => {
    await expect(ask(asked('😀'.repeat(8000)))).resolves.toBeDefined();
  });

  it('is not asked at all once it is cancelled', async () => {
    const reason = new Error('cancelled');
    await expect(ask(asked('Who?'), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
