import {
  type Model,
  type ModelEvent,
  type ModelRequest,
  type Passage,
  searchTool,
} from '../../platform/models/model.ts';
import { chooseQuotes, writeQuotes } from './compose.ts';
import { notFoundText } from './phrases.ts';
import { parseQuestion, type Term } from './question.ts';
import { rankUnits } from './rank.ts';
import { asksForTopics, topicsQuery, writeTopics } from './topics.ts';

/** With less support than this (0 to 1), the passages are about something else. Chosen by `test/bench/answers.ts`. */
const supportFloor = 0.8;

/**
 * What answers without any provider: the best-supported sentences of the passages, word for word, each with its
 * citation, or the plain statement that the documents do not hold the answer. It never invents and never waits. A
 * question that leans on the one before ("and on Sunday?") is searched for once more, together with that. A person
 * who asks what to ask is told what the pages are about.
 */
export const extractiveModel: Model = {
  name: 'extractive',
  async *respond(request, signal) {
    signal.throwIfAborted();
    const [question, before] = questionsOf(request);
    const asksWhatToAsk = asksForTopics(question);
    const { terms, isFollowUp } = parseQuestion(question, before);
    const query = asksWhatToAsk
      ? topicsQuery
      : isFollowUp
        ? terms.map(({ word }) => word).join(' ')
        : undefined;
    if (query !== undefined && maySearch(request)) {
      yield {
        type: 'tool_call',
        call: { id: 'call_1', name: searchTool.name, arguments: JSON.stringify({ query }) },
      };
      yield end('tool_calls');
      return;
    }
    const passages = passagesOf(request);
    const text = asksWhatToAsk ? writeTopics(question, passages) : answerFrom(terms, passages);
    yield* stream(text === '' ? notFoundText(question) : text, request.maxOutputTokens, signal);
  },
};

/** The answer in Markdown. Empty where the passages are about something else. */
function answerFrom(terms: readonly Term[], passages: readonly Passage[]): string {
  const ranking = rankUnits(terms, passages);
  return ranking.support < supportFloor ? '' : writeQuotes(chooseQuotes(ranking));
}

/** Once for each question. */
const maySearch = ({ tools, toolChoice, input }: ModelRequest): boolean =>
  toolChoice !== 'none' &&
  tools.some(({ name }) => name === searchTool.name) &&
  input.every(({ role }) => role !== 'tool');

/** The question, and the one that the user asked before it. */
function questionsOf({ input }: ModelRequest): [question: string, before: string | undefined] {
  const asked = input.flatMap(item => (item.role === 'user' ? [item.text] : []));
  return [asked.at(-1) ?? '', asked.at(-2)];
}

/** What was retrieved at first and what searching again found, each passage once, the later search first. */
function passagesOf({ input, passages }: ModelRequest): Passage[] {
  const found = input.flatMap(item => (item.role === 'tool' ? (item.passages ?? []) : []));
  return [...new Map([...found, ...passages].map(passage => [passage.n, passage])).values()];
}

const end = (reason: 'stop' | 'length' | 'tool_calls', outputTokens = 0): ModelEvent => ({
  type: 'end',
  reason,
  usage: { inputTokens: 0, outputTokens, cachedInputTokens: 0 },
});

/** Sends the text word by word, as a language model does. A word counts as one token. */
async function* stream(text: string, maxWords: number, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  let words = 0;
  for (const [word] of text.matchAll(/(?<!\s)\s*\S+/g)) {
    signal.throwIfAborted();
    if (words === maxWords) {
      yield end('length', words);
      return;
    }
    words += 1;
    yield { type: 'text', text: word };
  }
  yield end('stop', words);
}
