import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { MetricName } from '../../functions/platform/aws/metrics.ts';
import { at, deploy, functionsOf, list, nameOf, refersTo } from './deployment.ts';

const operator = { alarmEmail: 'operator@example.org' };
/** With an embedder there is one more queue, function and alarm. */
const deployment = deploy({ ...operator, embeddingModel: 'text-embedding-3-small' });
const alarms = deployment.all('AWS::CloudWatch::Alarm');
const both = [
  ['without an embedder', deploy(operator)],
  ['with an embedder', deployment],
] as const;
const headings = [...readFileSync('docs/operations.md', 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
  String(heading)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-'),
);

test.each(both)('there are some alarms, and ten at most, %s', (_, deployed) => {
  const { length } = deployed.all('AWS::CloudWatch::Alarm');
  expect(length).toBeGreaterThan(4);
  expect(length).toBeLessThanOrEqual(10);
});

test('what only an embedder can do rings only where there is one', () => {
  const [without, withOne] = both.map(([, deployed]) => deployed.all('AWS::CloudWatch::Alarm').length);
  expect(withOne).toBe((without ?? 0) + 1);
});

test.each(alarms.map(alarm => [alarm.id, alarm] as const))(
  '%s says what a user notices and where its runbook is',
  (_, alarm) => {
    const [, impact, anchor] =
      /^(.+\.) What to do: docs\/operations\.md#([a-z-]+)$/.exec(
        String(alarm.Properties['AlarmDescription']),
      ) ?? [];
    expect(impact?.length).toBeGreaterThan(30);
    expect(headings).toContain(anchor);
    expect(alarm.Properties['TreatMissingData']).toBe('notBreaching');
    expect(list(alarm.Properties['AlarmActions'])).toHaveLength(1);
  },
);

test('the address of the operator is the only one that is mailed, and none without it', () => {
  expect(deployment.one('AWS::SNS::Subscription').Properties).toMatchObject({
    Protocol: 'email',
    Endpoint: 'operator@example.org',
  });
  const silent = deploy({ embeddingModel: 'text-embedding-3-small' });
  expect(silent.all('AWS::SNS::Topic')).toEqual([]);
  expect(silent.all('AWS::CloudWatch::Alarm')).toHaveLength(alarms.length);
});

test('every metric that the functions write is on the one dashboard, under the names that they use', () => {
  const metrics: Record<MetricName, true> = {
    RunFinished: true,
    RunFailed: true,
    RunTakenOver: true,
    FirstTokenTime: true,
    AnswerWithoutSupport: true,
    AnswerEscalated: true,
    StrongModelUnavailable: true,
    CostMicros: true,
    InputTokens: true,
    OutputTokens: true,
    PageFetched: true,
    PageFailed: true,
    ScrapeJobFailed: true,
    DocumentIndexed: true,
    ChunkEmbedded: true,
    EmbeddingFailed: true,
  };
  const body = JSON.stringify(deployment.one('AWS::CloudWatch::Dashboard').Properties['DashboardBody']);
  for (const name of Object.keys(metrics)) expect(body).toContain(`MetricName=\\\\\\"${name}\\\\\\"`);
  expect(body).toContain('ApproximateAgeOfOldestMessage');
  const namespaces = deployment
    .all('AWS::Lambda::Function')
    .map(fn => at(fn.Properties, 'Environment', 'Variables', 'POWERTOOLS_METRICS_NAMESPACE'))
    .filter(namespace => namespace !== undefined);
  expect(new Set(namespaces)).toEqual(new Set(['Switchboard/test']));
  expect(body).toContain('Switchboard/test');
});

test('the errors and throttles of every function are on the dashboard', () => {
  const body = deployment.one('AWS::CloudWatch::Dashboard').Properties['DashboardBody'];
  const functions = functionsOf(deployment);
  expect(functions.length).toBeGreaterThan(5);
  expect(functions.filter(fn => !refersTo(body, fn)).map(nameOf)).toEqual([]);
});

test('failing runs ring on a quiet stage as on a busy one: by their share, in three periods of six', () => {
  expect(deployment.one('AWS::CloudWatch::Alarm', 'AlarmsRunsFail').Properties).toMatchObject({
    MetricName: 'RunFailed',
    Statistic: 'Average',
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 0.5,
    DatapointsToAlarm: 3,
    EvaluationPeriods: 6,
    Period: 300,
  });
});

test('what comes with requests alone need not come in every five minutes to ring', () => {
  for (const id of ['ApiErrors', 'RunsFail', 'AnswersSlow']) {
    const { Properties } = deployment.one('AWS::CloudWatch::Alarm', `Alarms${id}`);
    expect(Number(Properties['DatapointsToAlarm'])).toBeLessThanOrEqual(
      Number(Properties['EvaluationPeriods']) / 2,
    );
  }
});

test('alarms watch metrics by the names and values that the functions write them with', () => {
  const source = readdirSync('functions', { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .map(path => readFileSync(`functions/${path}`, 'utf8'))
    .join('\n');
  const own = alarms.filter(alarm => alarm.Properties['Namespace'] === 'Switchboard/test');
  expect(own.length).toBeGreaterThan(2);
  for (const { Properties } of own) {
    const dimensions = Object.fromEntries(
      list(Properties['Dimensions']).map(one => [String(at(one, 'Name')), String(at(one, 'Value'))]),
    );
    const { service, ...others } = dimensions;
    expect(source).toMatch(new RegExp(`(?:real|event)Effects\\('${service}'\\)`));
    const written = new RegExp(
      `'${String(Properties['MetricName'])}',[^;]*?'(?:Count|Milliseconds)'(.*)\\)`,
    ).exec(source)?.[1];
    expect(Object.keys(others).filter(name => !written?.includes(name))).toEqual([]);
    if (Object.keys(others).length === 0) expect(written).toBe('');
  }
});

describe('an idle month', () => {
  // Dollars a month. Lambda asks each queue that feeds a function by five long polls of 20 s, 648,000 times; SQS gives
  // a million away. A queue more costs 32 cents; nothing else here costs anything while nobody asks.
  const priced = { alarmMetric: 0.1, secret: 0.4, millionReceives: 0.5 };
  const receivesMillions = { eachQueue: 0.648, free: 1 };

  test('has nothing that is billed by the hour', () => {
    const costly =
      /^AWS::(EC2|ECS|EKS|RDS|Neptune|Redshift|ElastiCache|OpenSearchService|OpenSearchServerless|Kendra|MSK|Kinesis|KMS::Key|WAFv2|NetworkFirewall|ElasticLoadBalancingV2|EFS|Synthetics|GlobalAccelerator|Route53)/;
    const types = deployment.templates.flatMap(({ Resources }) =>
      Object.values(Resources).map(({ Type }) => Type),
    );
    expect(types.filter(type => costly.test(type))).toEqual([]);
    for (const fn of deployment.all('AWS::Lambda::Function'))
      expect(fn.Properties).not.toHaveProperty('VpcConfig');
    expect(deployment.all('AWS::Lambda::Alias')).toEqual([]);
  });

  test.each([
    [2.3, ...both[0]],
    [2.7, ...both[1]],
  ] as const)('costs %d dollars at most, though others use the free alarms: %s', (most, _, deployed) => {
    const metrics = deployed
      .all('AWS::CloudWatch::Alarm')
      .reduce(
        (sum, { Properties }) =>
          sum +
          Math.max(
            1,
            list(Properties['Metrics']).filter(metric => at(metric, 'MetricStat') !== undefined).length,
          ),
        0,
      );
    const polled = deployed.all('AWS::Lambda::EventSourceMapping').length;
    expect(polled).toBeGreaterThan(2);
    const dollars =
      metrics * priced.alarmMetric +
      deployed.all('AWS::SecretsManager::Secret').length * priced.secret +
      (polled * receivesMillions.eachQueue - receivesMillions.free) * priced.millionReceives;
    expect(dollars).toBeGreaterThan(0);
    expect(dollars).toBeLessThanOrEqual(most);
    // The first three dashboards of an account are free.
    expect(deployed.all('AWS::CloudWatch::Dashboard')).toHaveLength(1);
  });
});
