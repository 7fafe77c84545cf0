import { understoodIntrinsics } from './intrinsics.ts';
import { type PlacedResource, placeOf } from './template.ts';

/** Types that the local world creates, runs or follows. */
const run = new Set([
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::Resource',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Stage',
  'AWS::CloudFront::Distribution',
  'AWS::CloudFront::Function',
  'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::DynamoDB::Table',
  'AWS::IAM::Policy',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::Scheduler::Schedule',
  'AWS::Scheduler::ScheduleGroup',
]);

/** Types that are left out on a laptop, and why. A type in neither list stops the start. */
const leftOut: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::Account': 'no account',
  'AWS::ApiGateway::Deployment': 'the gateway serves the template as it is',
  'AWS::CloudFront::CachePolicy': 'nothing is cached',
  'AWS::CloudFront::OriginAccessControl': 'no access control between parts',
  'AWS::CloudWatch::Alarm': 'nobody is woken',
  'AWS::CloudWatch::Dashboard': 'no CloudWatch',
  'AWS::CDK::Metadata': "the CDK's own",
  'AWS::IAM::ManagedPolicy': 'no access control between parts',
  'AWS::IAM::Role': 'no access control between parts',
  'AWS::Lambda::LayerVersion': 'functions run from the source tree',
  'AWS::Lambda::Permission': 'no access control between parts',
  'AWS::Logs::LogGroup': 'functions log into files',
  'AWS::S3::BucketPolicy': 'no access control between parts',
  'AWS::SNS::Subscription': 'carries alarms',
  'AWS::SNS::Topic': 'carries alarms',
  'AWS::SNS::TopicPolicy': 'carries alarms',
  'AWS::SQS::QueuePolicy': 'no access control between parts',
  'AWS::SSM::Parameter': 'what functions read of it is in the file of the local start',
  'AWS::SecretsManager::Secret': 'secrets are in the file of the local start',
  'Custom::CDKBucketDeployment': 'the site is served from its build',
};

/**
 * Throws when a resource's type is unknown here, or when the properties of one that is run use an intrinsic function
 * that is not understood: the message names all of them.
 */
export function checkResources(resources: readonly PlacedResource[]): void {
  const unknown = resources.flatMap(resource => {
    const place = placeOf(resource);
    if (run.has(resource.Type))
      return unknownIntrinsics(resource.Properties).map(name => `${place}: ${name}`);
    return resource.Type in leftOut ? [] : [`${place}: ${resource.Type}`];
  });
  if (unknown.length === 0) return;
  throw new Error(
    `the local world does not know what to do with\n  ${unknown.join('\n  ')}\n` +
      'Teach it in local/, or list the type as leftOut in local/template/resource-types.ts.',
  );
}

function unknownIntrinsics(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(unknownIntrinsics);
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(name.startsWith('Fn::') && !understoodIntrinsics.has(name) ? [name] : []),
    ...unknownIntrinsics(inner),
  ]);
}
