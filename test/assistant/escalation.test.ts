import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AnswerEvent, type AnswerRequest, answer, ensureMode } from '../../functions/assistant/index.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { extractiveModel } from '../../functions/assistant/extracts/extractive-model.ts';
import type { ModeName } from '../../functions/platform/ids.ts';
import { openAiModel } from '../../functions/platform/models/openai-model.ts';
import { calls, type OpenAiFake, says, startOpenAiFake } from '../support/openai-fake.ts';
import { type AssistantWorld, harbour, museum, startAssistant } from './assistant-world.ts';

let world: AssistantWorld;
let fake: OpenAiFake;
beforeAll(async () => {
  [world, fake] = await Promise.all([startAssistant(), startOpenAiFake()]);
  await ensureMode(harbour, { name: museum }, world.effects);
  await ensureMode(harbour, { name: 'strongest', model: 'strong' }, world.effects);
  await ensureMode(harbour, { name: 'smallest', model: 'small' }, world.effects);
  await world.learn();
});
afterAll(() => Promise.all([world.stop(), fake.stop()]));
afterEach(() => {
  expect(fake.complaints).toEqual([]);
  fake.reset();
  world.measured.length = 0;
});

const supported = 'Who founded the museum?';
const unsupported = 'Which volcanoes erupted in Iceland last winter?';

async function ask(question: string, changes: Partial<AnswerRequest> = {}) {
  const named = (model: string) =>
    openAiModel({ apiKey: fake.apiKey, baseUrl: fake.url, model }, systemClock);
  world.world.model = named('gpt-5-mini');
  world.world.strong = named('gpt-5.1');
  const request: AnswerRequest = {
    workspace: harbour,
    mode: museum,
    question,
    history: [],
    tier: 'paid',
    ...changes,
  };
  const events: AnswerEvent[] = [];
  for await (const event of answer(request, world.effects, new AbortController().signal)) events.push(event);
  const final = events.at(-1);
  if (final?.type !== 'final') return expect.fail(`ended with ${final?.type}`);
  const toolsOf = fake.requests.map(({ body }) =>
    (body.tools ?? []).map(tool => (tool.type === 'function' ? tool.name : tool.type)),
  );
  return { events, final, models: fake.requests.map(({ body }) => body.model), toolsOf };
}

const escalations = () => world.measured.filter(([name]) => name === 'AnswerEscalated').length;

describe('the small model', () => {
  it('answers what it can, and no other model is asked', async () => {
    fake.next(says('Ada Thornton [1].'));
    const { final, models } = await ask(supported);
    expect(models).toEqual(['gpt-5-mini']);
    expect(final).toMatchObject({ model: 'openai:gpt-5-mini' });
    expect(final).not.toHaveProperty('escalated');
    expect(escalations()).toBe(0);
  });

  it('hands over what is beyond it, before the first token, with what was found', async () => {
    fake.next(calls('defer', { reason: 'needs reasoning' }), says('Ada Thornton [1].'));
    const { events, final, models, toolsOf } = await ask(supported);
    expect(models).toEqual(['gpt-5-mini', 'gpt-5.1']);
    expect(toolsOf).toEqual([['search_knowledge', 'defer'], ['search_knowledge']]);
    expect(final).toMatchObject({
      model: 'openai:gpt-5.1',
      escalated: 'deferred',
      text: 'Ada Thornton [1].',
    });
    expect(events.filter(({ type }) => type === 'tool_start')).toHaveLength(1);
    expect(escalations()).toBe(1);
  });

  it('may hand over after a search of its own', async () => {
    fake.next(
      calls('search_knowledge', { query: 'founder' }),
      calls('defer', { reason: 'unsure' }),
      says('Ada [1].'),
    );
    const { final, models } = await ask(supported);
    expect(models).toEqual(['gpt-5-mini', 'gpt-5-mini', 'gpt-5.1']);
    expect(final.escalated).toBe('deferred');
  });

  it('can not hand over what it has begun to say', async () => {
    fake.next(
      {
        steps: [
          { do: 'text', deltas: ['It was'] },
          { do: 'call', name: 'defer', arguments: '{"reason":"unsure"}' },
        ],
      },
      says('Ada Thornton [1].'),
    );
    const { final, models, toolsOf } = await ask(supported);
    expect(models).toEqual(['gpt-5-mini', 'gpt-5-mini']);
    expect(toolsOf[1]).toEqual(['search_knowledge']);
    expect(final.text).toBe('It was\n\nAda Thornton [1].');
  });

  it('is not asked where nothing found speaks about the question', async () => {
    fake.next(says('The sources do not say.'));
    const { final, models, toolsOf } = await ask(unsupported);
    expect(models).toEqual(['gpt-5.1']);
    expect(toolsOf).toEqual([['search_knowledge']]);
    expect(final).toMatchObject({ model: 'openai:gpt-5.1', escalated: 'unsupported' });
    expect(escalations()).toBe(1);
  });

  it.each([
    'Wer hat das Museum gegründet und wann ist es am Samstag geöffnet?',
    'Qui a fondé le musée et quand est-il ouvert le samedi ?',
    'When is the museum open on Saturday and who founded it?',
  ])('is asked, in whatever language, unless nothing fits: %s', async question => {
    fake.next(says('Ada Thornton [1].'));
    expect((await ask(question)).models).toEqual(['gpt-5-mini']);
  });

  it('is asked where the question leans on what was said: its words alone are no evidence', async () => {
    fake.next(says('The sources do not say.'));
    const history = [
      { role: 'user', text: 'Which islands have volcanoes?' },
      { role: 'assistant', text: 'Iceland.' },
    ] as const;
    expect((await ask(unsupported, { history })).models).toEqual(['gpt-5-mini']);
  });

  it('greets', async () => {
    fake.next(says('Hello!'));
    expect((await ask('Hello!')).models).toEqual(['gpt-5-mini']);
  });
});

describe('the strong model', () => {
  it('takes over once: it can not defer', async () => {
    fake.next(
      calls('defer', { reason: 'hard' }),
      calls('defer', { reason: 'still hard' }),
      says('Ada Thornton [1].'),
    );
    const { models } = await ask(supported);
    expect(models).toEqual(['gpt-5-mini', 'gpt-5.1', 'gpt-5.1']);
    expect(escalations()).toBe(1);
  });

  it('answers alone in a mode that is set to it', async () => {
    fake.next(says('Ada [1].'));
    const { models, final } = await ask(supported, { mode: 'strongest' as ModeName });
    expect(models).toEqual(['gpt-5.1']);
    expect(final).not.toHaveProperty('escalated');
  });

  it('is never asked in a mode that is set to the small one', async () => {
    fake.next(says('The sources do not say.'));
    const { models, toolsOf } = await ask(unsupported, { mode: 'smallest' as ModeName });
    expect(models).toEqual(['gpt-5-mini']);
    expect(toolsOf).toEqual([['search_knowledge']]);
  });

  it.each(['strongest', museum])(
    'is never asked in the free tier, whatever the mode says: %s',
    async name => {
      fake.always(() => says('The sources do not say.'));
      const { models, toolsOf } = await ask(unsupported, { mode: name as ModeName, tier: 'free' });
      expect(models).toEqual(['gpt-5-mini']);
      expect(toolsOf).toEqual([['search_knowledge']]);
    },
  );

  it('is never asked in a workspace of which nobody knows the tier', async () => {
    fake.next(says('Ada [1].'));
    const { tier: _, ...rest } = { tier: undefined };
    const events: AnswerEvent[] = [];
    const request = { workspace: harbour, mode: 'strongest' as ModeName, question: supported, history: [] };
    for await (const event of answer({ ...request, ...rest }, world.effects, AbortSignal.timeout(60_000)))
      events.push(event);
    expect(events.at(-1)).toMatchObject({ model: 'openai:gpt-5-mini' });
  });
});

it('without a key nobody takes over from the extracts', async () => {
  world.world.model = extractiveModel;
  const request = {
    workspace: harbour,
    mode: museum,
    question: unsupported,
    history: [],
    tier: 'paid' as const,
  };
  const events: AnswerEvent[] = [];
  for await (const event of answer(request, world.effects, AbortSignal.timeout(60_000))) events.push(event);
  expect(events.at(-1)).toMatchObject({ model: 'extractive', costMicros: 0 });
  expect(fake.requests).toHaveLength(0);
});

describe('a strong model that can not answer', () => {
  const unavailable = () => world.measured.filter(([name]) => name === 'StrongModelUnavailable').length;
  const refused = { status: 400, code: null };

  it('gives the question back to the small one that handed it over', async () => {
    fake.next(calls('defer', { reason: 'hard' }), refused, says('Ada Thornton [1].'));
    const { final, models, toolsOf } = await ask(supported);
    expect(models).toEqual(['gpt-5-mini', 'gpt-5.1', 'gpt-5-mini']);
    expect(toolsOf[2]).toEqual(['search_knowledge']);
    expect(final).toMatchObject({ model: 'openai:gpt-5-mini', text: 'Ada Thornton [1].' });
    expect(final).not.toHaveProperty('escalated');
    expect(unavailable()).toBe(1);
  });

  it('costs what was spent before it failed', async () => {
    fake.next(calls('search_knowledge', { query: 'founder' }), refused, says('Ada', ' Thornton', ' [1].'));
    const { final, models } = await ask(supported, { mode: 'strongest' as ModeName });
    expect(models).toEqual(['gpt-5.1', 'gpt-5.1', 'gpt-5-mini']);
    const [strong = 0, small = 0] = world.measured.flatMap(([name, value]) =>
      name === 'CostMicros' ? [value] : [],
    );
    expect(final.costMicros).toBe(strong + small);
    expect(strong).toBeGreaterThan(0);
  });

  it('fails the answer where it has begun to speak', async () => {
    fake.next({ steps: [{ do: 'text', deltas: ['It was'] }, { do: 'cut' }] });
    await expect(ask(supported, { mode: 'strongest' as ModeName })).rejects.toMatchObject({
      name: 'ModelError',
    });
  });

  it('fails the answer where the small one fails too', async () => {
    fake.next(refused, refused);
    await expect(ask(supported, { mode: 'strongest' as ModeName })).rejects.toMatchObject({
      model: 'openai:gpt-5-mini',
    });
  });

  it('is replaced by the small one where it has no key', async () => {
    const small = openAiModel({ apiKey: fake.apiKey, baseUrl: fake.url, model: 'gpt-5-mini' }, systemClock);
    Object.assign(world.world, { model: small, strong: undefined });
    fake.next(says('Ada [1].'));
    const request = { workspace: harbour, mode: 'strongest' as ModeName, question: supported, history: [] };
    const events: AnswerEvent[] = [];
    for await (const event of answer(
      { ...request, tier: 'paid' },
      world.effects,
      AbortSignal.timeout(60_000),
    ))
      events.push(event);
    expect(events.at(-1)).toMatchObject({ model: 'openai:gpt-5-mini' });
    expect(unavailable()).toBe(1);
  });
});

describe('what an answer costs', () => {
  it('is that of all requests, each by its own model', async () => {
    fake.next(calls('defer', { reason: 'hard' }), says('Ada', ' Thornton', ' [1].'));
    const { final } = await ask(supported);
    const [small = 0, strong = 0] = world.measured.flatMap(([name, value]) =>
      name === 'InputTokens' ? [value] : [],
    );
    expect(final.usage.inputTokens).toBe(small + strong);
    expect(final.costMicros).toBe(Math.round(small * 0.25 + strong * 1.25 + 3 * 10));
    expect(world.measured.filter(([name]) => name === 'CostMicros')).toHaveLength(2);
  });

  it('is told of the requests that were answered, though the answer fails after them', async () => {
    fake.next(calls('search_knowledge', { query: 'founder' }), { status: 400, code: null });
    await expect(ask(supported)).rejects.toMatchObject({ kind: 'rejected' });
    expect(world.measured.filter(([name]) => name === 'CostMicros')).toHaveLength(1);
  });
});
