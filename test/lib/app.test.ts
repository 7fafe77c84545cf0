import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { createApp } from '../../lib/app.ts';
import type { Settings } from '../../lib/settings.ts';
import { deploy } from './deployment.ts';

const addCarelessBucket = (scope: Construct) => new Bucket(scope, 'Careless');

const unbundled = { 'aws:cdk:bundling-stacks': [] };

test('a finding of cdk-nag that nobody acknowledged stops the synthesis', () => {
  const { app, data } = createApp({ stage: 'test' }, unbundled);
  addCarelessBucket(data);
  expect(() => app.synth()).toThrow(/Careless[^]*AwsSolutions-S10/);
});

test('settings come from the context, and what is given wins', () => {
  const context = {
    ...unbundled,
    stage: 'blue',
    smallModel: 'anthropic:claude-haiku-4-5',
    retainData: 'true',
  };
  expect(createApp({}, context).settings).toMatchObject({
    stage: 'blue',
    smallModel: 'anthropic:claude-haiku-4-5',
    strongModel: 'gpt-5.1',
    openAiBaseUrl: '',
    compatibleBaseUrl: '',
    retainData: true,
  });
  expect(createApp({ stage: 'green' }, context).settings.stage).toBe('green');
  expect(createApp({}, unbundled).settings).toMatchObject({
    stage: 'prod',
    smallModel: 'gpt-5-mini',
    retainData: true,
  });
});

test.each<[Partial<Record<keyof Settings, unknown>>, RegExp]>([
  [{ stage: 'Prod!' }, /stage "Prod!".*lower-case/],
  [{ stage: { name: 'x' } }, /stage: use one value/],
  [{ retainData: 'perhaps' }, /retainData "perhaps".*true or false/],
  [{ openAiBaseUrl: 'http://models.example.org' }, /openAiBaseUrl.*https/],
  [{ compatibleBaseUrl: 'http://models.example.org' }, /compatibleBaseUrl.*https/],
  [{ strongModel: 'nobody:model' }, /strongModel "nobody:model".*anthropic/],
  [{ openAiBaseUrl: 'https://user:word@models.example.org' }, /without credentials/],
  [{ domainName: 'chat.example.org' }, /certificateArn go together/],
  [{ crawlerContact: 'ask us; or not' }, /crawlerContact.*without spaces/],
  [{ renderConcurrency: '0' }, /renderConcurrency "0".*from 1/],
])('a bad setting is named: %j', (settings, message) => {
  expect(() => createApp({}, { ...unbundled, ...settings })).toThrow(message);
});

test('owners of crawled sites may ask at the domain, unless another contact is set', () => {
  const domain = {
    domainName: 'chat.example.org',
    certificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/x',
  };
  const contactOf = (given: Partial<Settings>) => createApp(given, unbundled).settings.crawlerContact;
  expect(contactOf({})).toBe('');
  expect(contactOf(domain)).toBe('https://chat.example.org/');
  expect(contactOf({ ...domain, crawlerContact: 'web@example.org' })).toBe('web@example.org');
});

test('two stages share no stack and no name', () => {
  const names = ['one', 'two'].map(stage => {
    const { data, application, web } = createApp({ stage }, unbundled);
    return [data, application, web].map(({ stackName }) => stackName);
  });
  expect(new Set(names.flat()).size).toBe(6);
});

test('two stages do not add up their metrics: API Gateway tells those of APIs by their names', () => {
  const [one, two] = ['one', 'two'].map(stage => {
    const deployment = deploy({ stage });
    const name = deployment.one('AWS::ApiGateway::RestApi').Properties['Name'];
    const watched = deployment
      .all('AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => Properties['Namespace'] === 'AWS/ApiGateway')
      .map(({ Properties }) => Properties['Dimensions']);
    expect(watched).toEqual([[{ Name: 'ApiName', Value: name }]]);
    return name;
  });
  expect(one).not.toBe(two);
});
