import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Analytics } from './analytics.ts';
import type { Assistant } from './assistant.ts';
import { bundleOf } from './constructs/bundle.ts';
import { HouseFunction, type Use } from './constructs/function.ts';
import type { Knowledge } from './knowledge.ts';
import type { Limits } from './limits.ts';
import type { Scraper } from './scraper.ts';
import type { Tenants } from './tenants.ts';

export interface AdminProps {
  /** Lets the API trust the viewer headers of the distribution: it counts failed sign-ins by the viewer's address. */
  readonly viewers: Use;
  readonly tenants: Tenants;
  readonly limits: Limits;
  readonly analytics: Analytics;
  readonly knowledge: Knowledge;
  readonly scraper: Scraper;
  readonly assistant: Assistant;
}

/** The admin API. It serves the admin routes of every capability. */
export class Admin extends Construct {
  readonly api: HouseFunction;

  constructor(
    scope: Construct,
    id: string,
    { viewers, tenants, limits, analytics, knowledge, scraper, assistant }: AdminProps,
  ) {
    super(scope, id);
    this.api = new HouseFunction(this, 'Api', {
      entry: 'functions/admin/handler.ts',
      handler: 'api',
      code: bundleOf('functions/admin/handler.ts'),
      description: 'The admin API: learning, modes, keys',
      timeout: Duration.seconds(50),
      memory: 1024,
      uses: [
        viewers,
        tenants.administrator,
        tenants.registrar,
        limits.counter,
        analytics.teller,
        knowledge.library,
        scraper.user,
        scraper.plans.teller,
        assistant.administrator,
      ],
    });
  }
}
