import { readEnv } from '../../platform/env.ts';
import { eventEffects, queueFunction } from '../../platform/aws/event-function.ts';
import { embedEffects } from '../effects.ts';
import { searchEnv } from '../env.ts';
import { receiveEmbed } from './embed-index.ts';

const base = await eventEffects('index-embedder');
const effects = { ...base, ...embedEffects(readEnv(searchEnv), base) };

/** Makes the vectors after the index writer, where there is an embedder. */
export const indexEmbedder = queueFunction(message => receiveEmbed(message, effects), base);
