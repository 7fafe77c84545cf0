import { readEnv } from '../../platform/env.ts';
import { eventEffects, groupedQueueFunction } from '../../platform/aws/event-function.ts';
import { writeEffects } from '../effects.ts';
import { writeEnv } from '../env.ts';
import { receiveMessages } from './receive.ts';

const base = await eventEffects('index-writer');
const effects = { ...base, ...writeEffects(readEnv(writeEnv), base) };

/** The index writer: the messages of one workspace that came together become one commit. */
export const indexWriter = groupedQueueFunction(
  (messages, delivery) => receiveMessages(messages, delivery, effects),
  base,
);
