import { extractiveModel } from '../../functions/assistant/extracts/extractive-model.ts';
import type {
  Model,
  ModelEvent,
  ModelInput,
  ModelRequest,
  Passage,
} from '../../functions/platform/models/model.ts';
import { searchTool } from '../../functions/platform/models/model.ts';

export const hours: Passage = {
  n: 1,
  title: 'Visit',
  url: 'https://museum.example/visit',
  headings: ['Visit', 'Opening hours'],
  text: `Opening hours

The museum is closed on 24 and 25 December.

Day | Hours
Monday | Closed
Tuesday | 10:00–17:00
Thursday | 10:00–20:00
Saturday | 9:30–18:00
Sunday | 9:30–19:00`,
  score: 3,
};

export const about: Passage = {
  n: 2,
  title: 'About us',
  url: 'https://museum.example/about',
  headings: ['About us'],
  text: `About us

The Harbour Museum was founded in 1968 by the shipbuilder Ada Thornton. It shows how a fishing village became a port. Its director is Dr. Peter Vance, who took over in 2019.`,
  score: 2,
};

export const request = (question: string, changes: Partial<ModelRequest> = {}): ModelRequest => ({
  instructions: 'Answer from the sources.',
  input: [{ role: 'user', text: question }],
  passages: [hours, about],
  tools: [searchTool],
  maxOutputTokens: 400,
  ...changes,
});

export const never = new AbortController().signal;

/** Everything that the model yields, and the text of it. */
export async function respond(
  model: Model,
  asked: ModelRequest,
  signal: AbortSignal = never,
): Promise<{ events: ModelEvent[]; text: string; end: Extract<ModelEvent, { type: 'end' }> | undefined }> {
  const events: ModelEvent[] = [];
  for await (const event of model.respond(asked, signal)) events.push(event);
  const text = events.map(event => (event.type === 'text' ? event.text : '')).join('');
  const last = events.at(-1);
  return { events, text, end: last?.type === 'end' ? last : undefined };
}

/** The n-th passage of a museum's site. */
export const passage = (n: number, title: string, headings: string[], text: string): Passage => ({
  n,
  title,
  headings,
  text,
  url: `https://museum.example/${n}`,
  score: 10 - n,
});

/** What the model without a key says, without a second search. */
export async function askExtractive(
  question: string,
  passages: readonly Passage[],
  before: readonly ModelInput[] = [],
): Promise<string> {
  const input: ModelInput[] = [...before, { role: 'user', text: question }];
  const { text } = await respond(extractiveModel, request(question, { input, passages, tools: [] }));
  return text;
}
