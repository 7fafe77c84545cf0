import { storeFileEnv, submitEnv } from '../knowledge/index.ts';
import { readEnv } from '../platform/env.ts';
import { eventEffects, queueFunction } from '../platform/aws/event-function.ts';
import { scraperEffects } from './effects.ts';
import { crawlEnv, scraperEnv } from './env.ts';
import { receiveScrape } from './jobs/receive.ts';

const env = readEnv([...submitEnv, ...storeFileEnv, ...scraperEnv, ...crawlEnv]);
const base = await eventEffects('scrape');
const effects = { ...base, ...scraperEffects(env) };

/** The crawler: each message is one slice of a scrape job. */
export const scrape = queueFunction(message => receiveScrape(message, effects), base);
