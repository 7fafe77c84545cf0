import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { composeApp, type SwitchboardApp } from './compose-app.ts';

/**
 * The app that is deployed and tested: its synthesis runs cdk-nag too, and fails on each finding that is not
 * acknowledged. The local start leaves that out, since it takes a third of the synthesis.
 */
export function createApp(...given: Parameters<typeof composeApp>): SwitchboardApp {
  const composed = composeApp(...given);
  Validations.of(composed.app).addPlugins(new AwsSolutionsChecks(composed.app));
  return composed;
}
