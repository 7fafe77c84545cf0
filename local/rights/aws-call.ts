import { emulatorAccount, emulatorRegion } from '../emulators/account.ts';

/** A call of an AWS service, with what IAM checks. */
export interface AwsCall {
  readonly action: string;
  /** ARNs. */
  readonly resources: readonly string[];
  /**
   * The partition keys of the items. Only called for rights that are limited to some partitions, since it parses the
   * body.
   */
  partitions(): readonly string[];
}

export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  /** `DynamoDB_20120810.GetItem`, for services with a JSON protocol. */
  readonly target: string;
  body(): string;
}

/**
 * The call that the request makes. Undefined when it is not signed for an emulated service; then no rights are checked.
 */
export function awsCall({ method, path, authorization, target, body }: SignedRequest): AwsCall | undefined {
  const service = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(authorization)?.[1];
  if (service === undefined) return undefined;
  if (service === 's3') return objectCall(method, path);
  if (service === 'ses') return mailCall(body());
  if (service === 'scheduler') return scheduleCall(method, path, body);
  if (service === 'lambda') return functionCall(method, path);
  const operation = target.split('.').at(-1) ?? '';
  const call = (action: string, ...resources: string[]): AwsCall => ({
    action: `${service}:${action}`,
    resources: resources.map(name => arnOf(service, name)),
    partitions: () => (service === 'dynamodb' ? partitionsOf(body()) : []),
  });
  switch (service) {
    case 'dynamodb':
      return call(operation, ...tablesOf(body()).map(name => `table/${name}`));
    case 'sqs':
      return call(operation.replace(/Batch$/, ''), textOf(body(), 'QueueUrl')?.split('/').at(-1) ?? '');
    case 'cognito-idp':
      return call(operation, `userpool/${textOf(body(), 'UserPoolId') ?? ''}`);
    default:
      return undefined;
  }
}

const arnOf = (service: string, name: string): string =>
  `arn:aws:${service}:${emulatorRegion}:${emulatorAccount}:${name}`;

/**
 * The text of this name in a request. It is found without parsing, so that no body is parsed twice. That is safe: a
 * quotation mark inside another text is escaped, and in these protocols no other object has a text of one of these
 * names.
 */
const textOf = (json: string, name: string): string | undefined =>
  new RegExp(`"${name}":"([^"\\\\]*)"`).exec(json)?.[1];

/** The tables of a call: one, or several in a batch. */
function tablesOf(json: string): string[] {
  const table = textOf(json, 'TableName');
  if (table !== undefined) return [table];
  const batch = JSON.parse(json || '{}') as { RequestItems?: object };
  // A call without a table is never allowed.
  return Object.keys(batch.RequestItems ?? { '': {} });
}

interface Keyed {
  readonly pk?: { readonly S?: string };
}

function partitionsOf(json: string): string[] {
  const { Key, Item } = JSON.parse(json || '{}') as { Key?: Keyed; Item?: Keyed };
  return [Key, Item].flatMap(one => one?.pk?.S ?? []);
}

/** A call of SES, which is sent as a form. */
function mailCall(form: string): AwsCall {
  const asked = new URLSearchParams(form);
  const resource = arnOf('ses', `identity/${asked.get('Source') ?? ''}`);
  return { action: `ses:${asked.get('Action') ?? ''}`, resources: [resource], partitions: () => [] };
}

const scheduleActions: Readonly<Record<string, string>> = {
  DELETE: 'DeleteSchedule',
  GET: 'GetSchedule',
  POST: 'CreateSchedule',
  PUT: 'UpdateSchedule',
};

/** A call of EventBridge Scheduler about one schedule. The right to pass a role on is not checked. */
function scheduleCall(method: string, path: string, body: () => string): AwsCall {
  const { pathname, searchParams } = new URL(path, 'http://local');
  const name = /^\/schedules\/([^/]+)$/.exec(pathname)?.[1] ?? '';
  const group = searchParams.get('groupName') ?? textOf(body(), 'GroupName') ?? 'default';
  const action = name === '' ? `${method}${pathname}` : (scheduleActions[method] ?? method);
  return {
    action: `scheduler:${action}`,
    resources: [arnOf('scheduler', `schedule/${group}/${name}`)],
    partitions: () => [],
  };
}

/** A call of another function. */
function functionCall(method: string, path: string): AwsCall {
  const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path) ?? [];
  const action = method === 'POST' && name !== undefined ? 'lambda:InvokeFunction' : `lambda:${method}`;
  const resource = arnOf('lambda', `function:${decodeURIComponent(name ?? '')}`);
  return { action, resources: [resource], partitions: () => [] };
}

const objectActions: Readonly<Record<string, string>> = {
  DELETE: 's3:DeleteObject',
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
};

/** A call of S3, in path style, as it is sent to the emulator. */
function objectCall(method: string, path: string): AwsCall {
  const [bucket = '', ...object] = (path.split('?')[0] ?? '').split('/').slice(1);
  const name = object.join('/');
  const action = name === '' ? 's3:ListBucket' : (objectActions[method] ?? `s3:${method}`);
  return { action, resources: [`arn:aws:s3:::${bucket}${name && `/${name}`}`], partitions: () => [] };
}
