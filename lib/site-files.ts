import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { CfnBucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { acknowledge } from './constructs/acknowledge.ts';

/**
 * Copies the built site into its bucket: first the widget and the files of `assets/`, then the pages that name them.
 * The names of assets change with their content, and old ones are kept for tabs that are open.
 */
export function deploySite(
  scope: Construct,
  directory: string,
  bucket: IBucket,
  distribution: IDistribution,
): void {
  const files = new Construct(scope, 'SiteFiles');
  const copied = {
    sources: [Source.asset(directory)],
    destinationBucket: bucket,
    prune: false,
    // One function makes all three copies. Without this its log would be kept for ever.
    logGroup: new LogGroup(files, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
  };
  const assets = new BucketDeployment(files, 'Assets', {
    ...copied,
    exclude: ['*'],
    include: ['assets/*'],
    cacheControl: [
      CacheControl.maxAge(Duration.days(365)),
      CacheControl.setPublic(),
      CacheControl.immutable(),
    ],
  });
  const widget = new BucketDeployment(files, 'Widget', {
    ...copied,
    exclude: ['*'],
    include: ['widget/v2/*'],
    // Other sites load the script by a name without version: they get a new one within the hour.
    cacheControl: [
      CacheControl.maxAge(Duration.hours(1)),
      CacheControl.sMaxAge(Duration.days(1)),
      CacheControl.setPublic(),
    ],
  });
  const pages = new BucketDeployment(files, 'Pages', {
    ...copied,
    exclude: ['assets/*', 'widget/v2/*'],
    cacheControl: [CacheControl.noCache()],
    distribution,
    distributionPaths: ['/*'],
  });
  pages.node.addDependency(assets, widget);
  const copier = pages.handlerRole.node.scope;
  if (!copier) return;
  const reason =
    'The role of the CDK construct that copies files on deployment, as the CDK writes it; it serves no request.';
  for (const finding of [
    'L1',
    'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    ...['s3:Abort*', 's3:DeleteObject*', 's3:GetBucket*', 's3:GetObject*', 's3:List*'].map(
      action => `IAM5[Action::${action}]`,
    ),
    'IAM5[Resource::*]',
    `IAM5[Resource::<${logicalIdOf(bucket)}.Arn>/*]`,
    'IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*]',
  ]) {
    acknowledge(copier, finding, reason);
  }
}

const logicalIdOf = (bucket: IBucket): string =>
  Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnBucket);
