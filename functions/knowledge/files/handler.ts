import { readEnv } from '../../platform/env.ts';
import { eventEffects, queueFunction } from '../../platform/aws/event-function.ts';
import { parseEffects } from './parse-effects.ts';
import { submitEnv } from '../env.ts';
import { receiveParse } from './receive.ts';

const base = await eventEffects('document-parser');
const effects = { ...base, ...parseEffects(readEnv(submitEnv), base) };

/** Reads documents and submits their text. It opens strangers' files, so it may do nothing else. */
export const documentParser = queueFunction(message => receiveParse(message, effects), base);
