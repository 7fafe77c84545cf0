import { readEnv } from '../../platform/env.ts';
import { eventEffects, groupedQueueFunction } from '../../platform/aws/event-function.ts';
import { connectQueue } from '../../platform/aws/queue.ts';
import { writeEffects } from '../effects.ts';
import { relearnEnv, writeEnv } from '../env.ts';
import type { RelearnMessage } from './messages.ts';
import { receiveMessages } from './receive.ts';

const base = await eventEffects('index-writer');
const env = readEnv([...writeEnv, ...relearnEnv]);
const effects = {
  ...base,
  ...writeEffects(env, base),
  relearnQueue: connectQueue<RelearnMessage>(env.RELEARN_QUEUE_URL),
};

/** The index writer. The messages of one workspace that arrive together become one commit. */
export const indexWriter = groupedQueueFunction(
  (messages, delivery) => receiveMessages(messages, delivery, effects),
  base,
);
