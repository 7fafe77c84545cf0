import * as z from 'zod';
import { emulatorAccount, emulatorRegion } from '../emulators/emulators.ts';

/** A call of an AWS service as IAM judges it. */
export interface AwsCall {
  readonly action: string;
  /** ARNs. */
  readonly resources: readonly string[];
  /** Of a table's items: their partition keys. */
  readonly partitions: readonly string[];
}

export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  /** `DynamoDB_20120810.GetItem`, of the services that speak JSON. */
  readonly target: string;
  body(): string;
}

const key = z.object({ pk: z.object({ S: z.string() }) });
const input = z.object({
  TableName: z.string().optional(),
  RequestItems: z.record(z.string(), z.unknown()).default({}),
  Key: key.optional(),
  Item: key.optional(),
  QueueUrl: z.string().default(''),
  UserPoolId: z.string().default(''),
});
/** Of SES, whose requests are forms. */
const mailInput = z.object({ Action: z.string().default(''), Source: z.string().default('') });

/** Undefined when the request is not signed for a service that is played here: nobody's rights are asked then. */
export function awsCall({ method, path, authorization, target, body }: SignedRequest): AwsCall | undefined {
  const service = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(authorization)?.[1];
  if (service === undefined) return undefined;
  if (service === 's3') return objectCall(method, path);
  if (service === 'ses') {
    const { Action, Source } = mailInput.parse(Object.fromEntries(new URLSearchParams(body())));
    return { action: `ses:${Action}`, resources: [arnOf(service, `identity/${Source}`)], partitions: [] };
  }
  const asked = input.parse(JSON.parse(body() || '{}'));
  const operation = target.split('.').at(-1) ?? '';
  const call = (action: string, ...resources: string[]): AwsCall => ({
    action: `${service}:${action}`,
    resources: resources.map(name => arnOf(service, name)),
    partitions: [asked.Key, asked.Item].flatMap(one => one?.pk.S ?? []),
  });
  switch (service) {
    case 'dynamodb': {
      const tables = asked.TableName === undefined ? Object.keys(asked.RequestItems) : [asked.TableName];
      return call(operation, ...tables.map(name => `table/${name}`));
    }
    case 'sqs':
      return call(operation.replace(/Batch$/, ''), asked.QueueUrl.split('/').at(-1) ?? '');
    case 'cognito-idp':
      return call(operation, `userpool/${asked.UserPoolId}`);
    default:
      return undefined;
  }
}

const arnOf = (service: string, name: string): string =>
  `arn:aws:${service}:${emulatorRegion}:${emulatorAccount}:${name}`;

const objectActions: Readonly<Record<string, string>> = {
  DELETE: 's3:DeleteObject',
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
};

/** In path style, as the emulator is asked. */
function objectCall(method: string, path: string): AwsCall {
  const [bucket = '', ...object] = (path.split('?')[0] ?? '').split('/').slice(1);
  const name = object.join('/');
  const action = name === '' ? 's3:ListBucket' : (objectActions[method] ?? `s3:${method}`);
  return { action, resources: [`arn:aws:s3:::${bucket}${name && `/${name}`}`], partitions: [] };
}
