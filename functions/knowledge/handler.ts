import { realEffects } from '../platform/effects.ts';
import { readEnv } from '../platform/env.ts';
import { groupedQueueFunction, queueFunction } from '../platform/aws/lambda.ts';
import { knowledgeEffects } from './effects.ts';
import { knowledgeEnv } from './env.ts';
import { receiveEmbed } from './embedding/embed-index.ts';
import { receiveMessages } from './documents/receive.ts';

const effects = knowledgeEffects(readEnv(knowledgeEnv), realEffects('index-writer'));

/** The index writer: the messages of one workspace that came together become one commit. */
export const indexWriter = groupedQueueFunction(
  (messages, delivery) => receiveMessages(messages, delivery, effects),
  effects.log,
);

/** Follows the index writer with the vectors, where there is an embedder. */
export const indexEmbedder = queueFunction(message => receiveEmbed(message, effects));
