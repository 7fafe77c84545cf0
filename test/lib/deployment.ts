import { join } from 'node:path';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { createApp } from '../../lib/app.ts';
import type { Settings } from '../../lib/settings.ts';

/** A resource as CloudFormation gets it; `id` is its logical id. */
export interface Resource {
  readonly id: string;
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
}

interface Template {
  readonly Resources: Readonly<Record<string, Omit<Resource, 'id'>>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>
  >;
}

export interface Deployment {
  readonly data: Template;
  readonly application: Template;
  readonly web: Template;
  readonly templates: readonly Template[];
  /** The resources of a type in all stacks. */
  all(type: string): readonly Resource[];
  /** The only resource of a type whose logical id begins so. */
  one(type: string, idPrefix?: string): Resource;
}

/** Synthesizes the stage without bundling, cdk-nag included. */
export function deploy(settings: Partial<Settings> = {}): Deployment {
  const { app, data, application, web } = createApp(
    { stage: 'test', ...settings },
    { 'aws:cdk:bundling-stacks': [] },
  );
  const assembly = app.synth();
  const templateOf = (name: string): Template => assembly.getStackByName(name).template as Template;
  const templates = [data, application, web].map(stack => templateOf(stack.stackName));
  const [first, second, third] = templates;
  if (!first || !second || !third) throw new Error('there are not three stacks');
  const everything = templates.flatMap(({ Resources }) =>
    Object.entries(Resources).map(
      ([id, resource]): Resource => ({ ...resource, id, Properties: resource.Properties ?? {} }),
    ),
  );
  const all = (type: string) => everything.filter(({ Type }) => Type === type);
  return {
    data: first,
    application: second,
    web: third,
    templates,
    all,
    one(type, idPrefix = '') {
      const found = all(type).filter(({ id }) => id.startsWith(idPrefix));
      const [only] = found;
      if (!only || found.length > 1)
        throw new Error(`${found.length} resources of ${type} begin with "${idPrefix}"`);
      return only;
    },
  };
}

/** Where a synthesis that bundles has put the code of a function or a layer. */
export const assetOf = (assembly: CloudAssembly, { Metadata }: Pick<Resource, 'Metadata'>): string =>
  join(assembly.directory, String(Metadata?.['aws:asset:path']));

/** Synthesizes the app stack of the stage as a deployment does, bundles included, which takes half a minute. */
export function bundleApp(): CloudAssembly {
  const stage = 'test';
  const context = {
    'aws:cdk:bundling-stacks': [`switchboard-${stage}-app`],
    'aws:cdk:enable-asset-metadata': true,
  };
  return createApp({ stage }, context).app.synth();
}

/** The functions of the product: those that name their source. */
export const functionsOf = (deployment: Deployment): readonly Resource[] =>
  deployment
    .all('AWS::Lambda::Function')
    .filter(({ Metadata }) => Metadata?.['switchboard:entry'] !== undefined);

/** The source file of a function. */
export const entryOf = ({ Metadata }: Resource): string => String(Metadata?.['switchboard:entry']);

/** What Lambda sets for a function, with an `x` for each part that is only known once it is deployed. */
export function environmentOf({ Properties }: Resource): Record<string, string> {
  const text = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const parts = at(value, 'Fn::Join', 1);
    return Array.isArray(parts) ? parts.map(text).join('') : 'x';
  };
  const variables = Object.entries(at(Properties, 'Environment', 'Variables') ?? {});
  return Object.fromEntries(variables.map(([name, value]) => [name, text(value)]));
}

/** `chat/api`: the capability and the export of a function. */
export function nameOf(resource: Resource): string {
  const capability = /^functions\/(\w+)\//.exec(entryOf(resource))?.[1];
  return `${capability ?? '?'}/${String(resource.Metadata?.['switchboard:handler'])}`;
}

/** The value at a path of properties, as it stands in the template. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (here, key) =>
      typeof here === 'object' && here !== null ? (here as Record<string | number, unknown>)[key] : undefined,
    value,
  );
}

export const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** The logical id that a value refers to, over stacks as well: CDK's export names contain it. */
export function refersTo(value: unknown, { id }: Resource): boolean {
  return JSON.stringify(value ?? null).includes(id);
}

/** The path of an API resource from the root: `/api/threads/{proxy+}`. */
export function pathOf(deployment: Deployment, resourceId: string): string {
  const resource = deployment.all('AWS::ApiGateway::Resource').find(({ id }) => id === resourceId);
  if (!resource) return '';
  const parent = at(resource.Properties, 'ParentId', 'Ref');
  const above = typeof parent === 'string' ? pathOf(deployment, parent) : '';
  return `${above}/${String(resource.Properties['PathPart'])}`;
}
