import '../functions/compile-cache.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeApp } from '../../lib/compose-app.ts';

/**
 * A process that synthesizes the CDK app and writes its stacks to a file: `synthesize.ts OUT SETTINGS`. A process of
 * its own, since the CDK takes 200 MB and two seconds of one processor, which the gateway should not.
 */
const [, , out = '', settings = '{}'] = process.argv;

const directory = mkdtempSync(join(tmpdir(), 'switchboard-synth-'));
process.env['CDK_OUTDIR'] = directory;
try {
  const { app } = composeApp(JSON.parse(settings), {
    'aws:cdk:bundling-stacks': [],
    'aws:cdk:disable-asset-staging': true,
  });
  const stacks = app.synth().stacks.map(({ stackName, template }) => ({
    name: stackName,
    resources: template.Resources ?? {},
    outputs: template.Outputs ?? {},
  }));
  writeFileSync(out, JSON.stringify(stacks));
} finally {
  rmSync(directory, { recursive: true, force: true });
}
