import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { relearnEnv } from '../functions/knowledge/env.ts';
import type { scraperEnv } from '../functions/scraper/env.ts';
import { HouseFunction, type Use } from './constructs/function.ts';
import { WorkQueue } from './constructs/queue.ts';
import type { HouseTable } from './constructs/table.ts';
import type { Knowledge } from './knowledge.ts';
import type { Renderer } from './renderer.ts';
import { ScrapePlans } from './scrape-plans.ts';
import type { Tenants } from './tenants.ts';

/** The parts that crawls make use of. */
export interface Needed {
  readonly knowledge: Knowledge;
  readonly tenants: Tenants;
  readonly renderer: Renderer;
}

type ScraperUse = Use<(typeof scraperEnv)[number]>;

const timeout = Duration.minutes(15);

/** Crawls of websites. The admin API asks for them; a worker crawls and submits what it learned. */
export class Scraper extends Construct {
  readonly queue: WorkQueue;
  readonly worker: HouseFunction;
  readonly user: ScraperUse;
  readonly plans: ScrapePlans;

  constructor(scope: Construct, id: string, table: HouseTable, { knowledge, tenants, renderer }: Needed) {
    super(scope, id);
    this.queue = new WorkQueue(this, 'ScrapeQueue', { workerTimeout: timeout, attempts: 3 });
    this.user = {
      environment: { SCRAPER_TABLE: table.tableName, SCRAPE_QUEUE_URL: this.queue.url },
      allow: grantee => {
        table.allowReadWrite(grantee);
        this.queue.allowSend(grantee);
      },
    };
    this.worker = new HouseFunction(this, 'Scrape', {
      entry: 'functions/scraper/handler.ts',
      handler: 'scrape',
      description: 'Crawls a website and submits its pages to the knowledge',
      timeout,
      memory: 1769,
      uses: [knowledge.submitter, knowledge.fileSubmitter, this.user, renderer.caller],
    });
    // A lost index is made again from the sites.
    knowledge.indexWriter.addEnvironment(relearnEnv[0], this.queue.url);
    this.queue.allowSend(knowledge.indexWriter);
    // One job an invocation: a crawl takes minutes, and the next must not wait for it. Of the invocations only half are
    // crawls (`placesFor`), so what people wait for does not wait for crawls.
    this.queue.deliverTo(this.worker, { batch: 1, concurrency: 16 });
    this.plans = new ScrapePlans(this, 'Plans', [tenants.reader, this.user]);
  }
}
