import { App } from 'aws-cdk-lib';
import featureFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AppStack } from './app-stack.ts';
import { DataStack } from './data-stack.ts';
import { readSettings, type Settings } from './settings.ts';
import { WebStack } from './web-stack.ts';

/** CloudFormation refuses to delete what another stack still uses, such as a table that a function reads. */
const strongReferences = { '@aws-cdk/core:defaultCrossStackReferences': 'strong' };

export interface SwitchboardApp {
  readonly app: App;
  readonly settings: Settings;
  readonly data: DataStack;
  readonly application: AppStack;
  readonly web: WebStack;
}

/**
 * The CDK app of one stage. `given` settings win over the context of the command line. With the context
 * `{'aws:cdk:bundling-stacks': []}` nothing is bundled: a synthesis then takes a second and needs no build.
 */
export function composeApp(
  given: Partial<Settings> = {},
  context: Record<string, unknown> = {},
): SwitchboardApp {
  const app = new App({
    context: { ...featureFlags, ...strongReferences, ...context },
    analyticsReporting: false,
    // This check takes longer than all the rest. The command line always runs it, so each deployment is checked.
    builtinCloudFormationValidation: !isUnbundled(context),
  });
  const settings = readSettings(app.node, given);
  app.node.setContext('stage', settings.stage);
  const name = `switchboard-${settings.stage}`;
  const common = {
    terminationProtection: settings.retainData,
    tags: { application: 'switchboard', stage: settings.stage },
  };
  const data = new DataStack(app, `${name}-data`, settings, {
    ...common,
    description: 'Switchboard: tables, documents, accounts',
  });
  const application = new AppStack(app, `${name}-app`, settings, data, {
    ...common,
    terminationProtection: false,
    description: 'Switchboard: API, workers, alarms',
  });
  const web = new WebStack(
    app,
    `${name}-web`,
    settings,
    { data, application },
    { ...common, terminationProtection: false, description: 'Switchboard: site and distribution' },
  );
  return { app, settings, data, application, web };
}

const isUnbundled = ({ 'aws:cdk:bundling-stacks': stacks }: Readonly<Record<string, unknown>>) =>
  Array.isArray(stacks) && stacks.length === 0;
