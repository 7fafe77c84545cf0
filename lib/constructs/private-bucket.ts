import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { HouseFunction } from './function.ts';

export interface PrivateBucketProps
  extends Pick<BucketProps, 'cors' | 'lifecycleRules' | 'serverAccessLogsBucket'> {
  readonly retain: boolean;
  /** Keeps what was overwritten or deleted for 30 days. */
  readonly versioned?: boolean;
}

/** A bucket that only roles of this account reach, over TLS. Abandoned uploads go after a day. */
export class PrivateBucket extends Bucket {
  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    const { retain, versioned = false, lifecycleRules = [], ...rest } = props;
    super(scope, id, {
      ...rest,
      ...(rest.serverAccessLogsBucket ? { serverAccessLogsPrefix: `${id.toLowerCase()}/` } : {}),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
        ...(versioned ? [{ noncurrentVersionExpiration: Duration.days(30) }] : []),
        ...lifecycleRules,
      ],
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }
  /**
   * Lets a function of another stack do `actions` on every object. It may list too: without that right S3 answers
   * "forbidden" for an object that does not exist.
   */
  allowObjects(grantee: HouseFunction, actions: string[], reason: string): void {
    const arn = Stack.of(this).exportValue(this.bucketArn);
    grantee.allow(actions, [`${arn}/*`]);
    grantee.allow(['s3:ListBucket'], [arn]);
    const { 'Fn::ImportValue': exported } = Stack.of(grantee).resolve(arn);
    if (grantee.role) acknowledge(grantee.role, `IAM5[Resource::${String(exported)}/*]`, reason);
  }

  /** Never set. The CDK's class leaves it undefined, which the CDK's own interface does not accept. */
  override get isWebsite(): boolean {
    return false;
  }
}
