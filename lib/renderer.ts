import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { crawlEnv } from '../functions/scraper/env.ts';
import { HouseFunction, type Use } from './constructs/function.ts';
import { PackageLayer } from './constructs/package-layer.ts';
import type { Settings } from './settings.ts';

/**
 * Shows pages that scripts make. It runs strangers' scripts, so it has no table, no queue, no bucket and no secret: its
 * role may write its log and its traces, and nothing else.
 */
export class Renderer extends Construct {
  readonly fn: HouseFunction;
  /** Calls it and waits, and says who does. */
  readonly caller: Use<(typeof crawlEnv)[number]>;

  constructor(scope: Construct, id: string, { renderConcurrency, crawlerContact }: Settings) {
    super(scope, id);
    const fn = new HouseFunction(this, 'Render', {
      entry: 'functions/scraper/render/handler.ts',
      handler: 'render',
      description: 'Shows a page in a browser and tells what is on it',
      // The heavy pass of a page, after a start.
      timeout: Duration.seconds(100),
      // A page takes 170 to 300 MB, the browser in /tmp 210 MB of that disk. 1769 MB buy one processor.
      memory: 2048,
      scratch: 1024,
      uses: [],
      layers: [new PackageLayer(this, 'Layer', 'chromium')],
      reserved: renderConcurrency,
    });
    this.fn = fn;
    this.caller = {
      environment: { RENDER_FUNCTION: fn.functionName, CRAWLER_CONTACT: crawlerContact },
      allow: grantee => grantee.allow(['lambda:InvokeFunction'], [fn.functionArn]),
    };
  }
}
