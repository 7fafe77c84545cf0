import { knowledgeEffects, knowledgeEnv } from '../knowledge/index.ts';
import { realEffects } from '../platform/effects.ts';
import { readEnv } from '../platform/env.ts';
import { queueFunction } from '../platform/aws/lambda.ts';
import { scraperEffects } from './effects.ts';
import { scraperEnv } from './env.ts';
import { receiveScrape } from './jobs/receive.ts';

const effects = scraperEffects(
  readEnv(scraperEnv),
  knowledgeEffects(readEnv(knowledgeEnv), realEffects('scrape')),
);

/** The crawler: each message is one slice of a scrape job. */
export const scrape = queueFunction(message => receiveScrape(message, effects));
