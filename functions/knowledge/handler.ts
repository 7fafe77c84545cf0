import { readEnv } from '../platform/env.ts';
import { eventEffects, groupedQueueFunction, queueFunction } from '../platform/aws/event-function.ts';
import { knowledgeEffects } from './effects.ts';
import { knowledgeEnv } from './env.ts';
import { receiveEmbed } from './embedding/embed-index.ts';
import { receiveMessages } from './documents/receive.ts';

const base = await eventEffects('index-writer');
const effects = knowledgeEffects(readEnv(knowledgeEnv), base);

/** The index writer: the messages of one workspace that came together become one commit. */
export const indexWriter = groupedQueueFunction(
  (messages, delivery) => receiveMessages(messages, delivery, effects),
  base,
);

/** Follows the index writer with the vectors, where there is an embedder. */
export const indexEmbedder = queueFunction(message => receiveEmbed(message, effects), base);
