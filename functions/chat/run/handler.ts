import { recordingEffects, recordingEnv } from '../../analytics/index.ts';
import { answerEffects, assistantEnv } from '../../assistant/index.ts';
import { searchEffects, searchEnv } from '../../knowledge/index.ts';
import { readEnv } from '../../platform/env.ts';
import { eventEffects, queueFunction } from '../../platform/aws/event-function.ts';
import { noticeEffects, noticeEnv } from '../../tenants/index.ts';
import { bookkeeping, runEffects } from '../effects.ts';
import { chatEnv } from '../env.ts';
import { runMessage, work } from './work.ts';

const env = readEnv([...noticeEnv, ...recordingEnv, ...searchEnv, ...assistantEnv, ...chatEnv]);
const base = await eventEffects('run-worker');
const books = { ...base, ...noticeEffects(env), ...recordingEffects(env) };
const assistant = {
  ...base,
  tenants: books.tenants,
  ...searchEffects(env, base),
  ...answerEffects(env, base),
};
const effects = { ...base, ...runEffects(env, assistant), ...bookkeeping(books, assistant) };

/** The worker of the run queue: executes what no subscriber does, and keeps the books of all. */
export const runWorker = queueFunction(message => work(runMessage.parse(message), effects), base);
