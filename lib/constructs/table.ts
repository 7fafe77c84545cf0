import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { HouseFunction } from './function.ts';

/** What `functions/platform/aws/table.ts` calls, and no more: there is no scan in the product. */
const reads = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
const writes = ['dynamodb:PutItem', 'dynamodb:BatchWriteItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];

export interface HouseTableProps {
  readonly retain: boolean;
}

/** A table of `pk`/`sk` items, paid by use, with the TTL attribute `expires` and 35 days of point-in-time recovery. */
export class HouseTable extends Table {
  constructor(scope: Construct, id: string, { retain }: HouseTableProps) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expires',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: retain,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  allowRead(grantee: HouseFunction): void {
    this.grant(grantee, ...reads);
  }

  /** Changes items of these partitions (`*`: any text), and puts or deletes none. */
  allowUpdate(grantee: HouseFunction, partitions: string): void {
    grantee.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:UpdateItem'],
        resources: [this.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [partitions] } },
      }),
    );
  }

  allowReadWrite(grantee: HouseFunction): void {
    this.grant(grantee, ...reads, ...writes);
  }
}
