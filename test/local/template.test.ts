import { describe, expect, it } from 'vitest';
import { createResolver, type Physical } from '../../local/template/intrinsics.ts';
import { checkResources } from '../../local/template/resource-types.ts';
import { resourcesOf, type StackTemplate } from '../../local/template/template.ts';
import { tinyStacks } from './fixtures/template.ts';
import { startTinyWorld } from './fixtures/tiny-world.ts';

const resource = (Type: string, Properties: Record<string, unknown> = {}) => ({
  Type,
  Properties,
  Metadata: {},
});
const check = (extra: StackTemplate['resources']) => checkResources(resourcesOf(tinyStacks('', extra)));

describe('a template that the local world does not understand', () => {
  it('passes as it is', () => expect(() => check({})).not.toThrow());

  it('stops with the name of each unknown resource type', () => {
    const extra = { Stream: resource('AWS::Kinesis::Stream'), Rule: resource('AWS::Events::Rule') };
    expect(() => check(extra)).toThrow(/app\/Stream: AWS::Kinesis::Stream\n.*app\/Rule: AWS::Events::Rule/);
  });

  it('stops with the name of an unknown intrinsic function', () => {
    const extra = { Odd: resource('AWS::SQS::Queue', { DelaySeconds: { 'Fn::If': ['a', 1, 2] } }) };
    expect(() => check(extra)).toThrow('app/Odd: Fn::If');
  });

  it('does not start', async () => {
    await expect(startTinyWorld({ Stream: resource('AWS::Kinesis::Stream') })).rejects.toThrow(
      'AWS::Kinesis::Stream',
    );
  });

  it('does not start with a function that names no source', async () => {
    await expect(startTinyWorld({ Nameless: resource('AWS::Lambda::Function') })).rejects.toThrow(
      'app/Nameless names no source',
    );
  });
});

describe('intrinsic functions', () => {
  const stacks = tinyStacks('');
  const physical = new Map<string, Physical>([
    ['app/Jobs', { ref: 'http://jobs', attributes: { Arn: 'arn:jobs', 'Nested.Name': 'n' } }],
    ['data/Things', { ref: 'things', attributes: {} }],
  ]);
  const resolve = createResolver(stacks, physical);
  const value = (of: unknown) => resolve(of, { stack: 'app', property: 'Here' });

  it('are evaluated', () => {
    expect(value({ Ref: 'Jobs' })).toBe('http://jobs');
    expect(value({ 'Fn::GetAtt': ['Jobs', 'Arn'] })).toBe('arn:jobs');
    expect(value({ 'Fn::GetAtt': 'Jobs.Nested.Name' })).toBe('n');
    expect(value({ 'Fn::ImportValue': 'data:Things' })).toBe('things');
    expect(value({ 'Fn::Join': ['-', ['a', { Ref: 'Jobs' }]] })).toBe('a-http://jobs');
    expect(value({ 'Fn::Select': ['1', { 'Fn::Split': [',', 'a,b'] }] })).toBe('b');
    expect(value({ 'Fn::Sub': '${AWS::Partition} ${!Literal} ${Jobs}' })).toBe('aws ${Literal} http://jobs');
    expect(value({ a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] })).toEqual({ b: [1] });
  });

  it.each([
    [{ 'Fn::Cidr': [] }, 'app, Here: the intrinsic function Fn::Cidr is not understood'],
    [{ Ref: 'Nobody' }, 'app, Here: Nobody does not exist in the local world'],
    [{ 'Fn::GetAtt': ['Jobs', 'Colour'] }, 'Fn::GetAtt Jobs.Colour is unknown locally'],
    [{ 'Fn::ImportValue': 'nowhere' }, 'Fn::ImportValue nowhere: no stack exports it'],
    [{ 'Fn::Select': [5, ['a']] }, 'Fn::Select finds nothing at 5'],
  ])('that fail name themselves and their place: %j', (broken, message) => {
    expect(() => value(broken)).toThrow(message);
  });
});
