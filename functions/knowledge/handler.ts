import { realEffects } from '../platform/effects.ts';
import { readEnv } from '../platform/env.ts';
import { groupedQueueFunction } from '../platform/lambda.ts';
import { knowledgeEffects } from './effects.ts';
import { knowledgeEnv } from './env.ts';
import { receiveMessages } from './receive.ts';

const effects = knowledgeEffects(readEnv(knowledgeEnv), realEffects('index-writer'));

/** The index writer: the messages of one workspace that came together become one commit. */
export const indexWriter = groupedQueueFunction(
  (messages, delivery) => receiveMessages(messages, delivery, effects),
  effects.log,
);
