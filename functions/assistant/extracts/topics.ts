import type { Passage } from '../../platform/models/model.ts';
import { escapeMarkdown } from './compose.ts';
import { topicsText } from './phrases.ts';

const asks = [
  // A person who only greets is told what to ask.
  '(?:hi|hello|hey|hallo|hej|hola|bonjour|ciao|cześć|moin|guten (?:tag|morgen|abend)|good (?:morning|afternoon|evening))(?: there| you)?',
  'thanks?(?: you)?(?: very much| so much| a lot)?|cheers|danke(?: schön)?|merci|gracias|dziękuję|grazie|(?:good)?bye',
  String.raw`(?:what|how) (?:can|do|could|will) you (?:help|do|answer|tell|know|offer)(?: (?:me|us))?(?: (?:with|about|here|for me))?`,
  'how (?:does this|do you) work',
  String.raw`what (?:can|may|should|could) (?:i|we) ask(?: you)?(?: about| here)?`,
  String.raw`what(?: is|['’]s) (?:this|the|your) (?:web)?(?:site|page|chat|assistant)(?: (?:about|for))?`,
  'who are you|what are you',
  '(?:can you |please )?help(?: me)?(?: please)?',
  '(?:was|womit|wobei|wie) (?:kannst du|können sie)(?: mir| uns)?(?: helfen| tun| beantworten)?|worum geht es hier|wer bist du|wer sind sie',
  "que pouvez-vous faire(?: pour moi)?|comment pouvez-vous m['’]aider|qui êtes-vous",
  '¿?en qué (?:me puedes|puedes|me puede|puede) ayudar(?:me)?|¿?quién eres',
  'w czym możesz(?: mi)? pomóc|kim jesteś',
].join('|');
const whole = new RegExp(String.raw`^\W*(?:(?:hi|hello|hey|hallo)\W+)?(?:so |and )?(?:${asks})\W*$`, 'iu');

/** Whether the visitor asks what may be asked: "What can you help me with?" */
export const asksForTopics = (question: string): boolean => whole.test(question);

/** What the pages of most organisations are about. */
export const topicsQuery = 'welcome what we have offer services prices contact';

const mostTopics = 5;

/** What the passages are about, page by page, each with its citation; empty where there are none. */
export function writeTopics(question: string, passages: readonly Passage[]): string {
  const topics = new Map<string, number>();
  for (const { title, n } of passages)
    if (title.trim() !== '' && topics.size < mostTopics && !topics.has(title.trim()))
      topics.set(title.trim(), n);
  if (topics.size === 0) return '';
  return `${topicsText(question)}\n\n${[...topics].map(([title, n]) => `- ${escapeMarkdown(title)} [${n}]`).join('\n')}`;
}
