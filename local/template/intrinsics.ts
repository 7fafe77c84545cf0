import { emulatorAccount, emulatorRegion } from '../emulators/account.ts';
import { placeOf, type StackTemplate } from './template.ts';

/** The names of a created resource: the value of `Ref`, and those of `Fn::GetAtt`. */
export interface Physical {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Computes the value of a template's property. `at` names the property in errors. */
export type ResolveIntrinsics = (value: unknown, at: { stack: string; property: string }) => unknown;

type Apply = (argument: unknown, at: Parameters<ResolveIntrinsics>[1], resolve: ResolveIntrinsics) => unknown;

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::AccountId': emulatorAccount,
  'AWS::Partition': 'aws',
  'AWS::Region': emulatorRegion,
  'AWS::URLSuffix': 'amazonaws.com',
};

const noValue = Symbol('AWS::NoValue');

const intrinsics: Readonly<Record<string, Apply>> = {
  'Fn::Join': (argument, at, resolve) => {
    const [separator, parts] = pair(resolve(argument, at), 'Fn::Join', at);
    return list(parts, 'Fn::Join', at).map(String).join(String(separator));
  },
  'Fn::Select': (argument, at, resolve) => {
    const [index, values] = pair(resolve(argument, at), 'Fn::Select', at);
    const chosen = list(values, 'Fn::Select', at)[Number(index)];
    return chosen ?? fail(at, `Fn::Select finds nothing at ${String(index)}`);
  },
  'Fn::Split': (argument, at, resolve) => {
    const [separator, text] = pair(resolve(argument, at), 'Fn::Split', at);
    return String(text).split(String(separator));
  },
};

/** `Fn::` names that `createResolver` understands. */
export const understoodIntrinsics: ReadonlySet<string> = new Set([
  ...Object.keys(intrinsics),
  'Fn::GetAtt',
  'Fn::ImportValue',
  'Fn::Sub',
]);

/** A resolver over the stacks; `physical` is looked up by `stack/logicalId` when needed, so it may grow meanwhile. */
export function createResolver(
  stacks: readonly StackTemplate[],
  physical: ReadonlyMap<string, Physical>,
): ResolveIntrinsics {
  const exported = new Map(
    stacks.flatMap(({ name, outputs }) =>
      Object.values(outputs).flatMap(({ Value, Export }) =>
        Export ? [[Export.Name, { value: Value, stack: name }] as const] : [],
      ),
    ),
  );
  const created = (id: string, at: Parameters<ResolveIntrinsics>[1]): Physical =>
    physical.get(placeOf({ stack: at.stack, id })) ??
    fail(at, `${id} does not exist in the local world, so nothing may refer to it`);

  const refer: Apply = (name, at) => {
    if (name === 'AWS::NoValue') return noValue;
    if (name === 'AWS::StackName') return at.stack;
    const id = String(name);
    return pseudoParameters[id] ?? created(id, at).ref;
  };
  const attribute: Apply = (argument, at) => {
    const [id = '', ...rest] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
    const name = rest.join('.');
    return created(id, at).attributes[name] ?? fail(at, `Fn::GetAtt ${id}.${name} is unknown locally`);
  };
  const substitute: Apply = (argument, at) => {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    const given = resolve(variables, at) as Record<string, unknown>;
    return String(text).replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in given) return String(given[name]);
      return String(name.includes('.') ? attribute(name, at, resolve) : refer(name, at, resolve));
    });
  };
  const importValue: Apply = (argument, at) => {
    const name = String(resolve(argument, at));
    const found = exported.get(name) ?? fail(at, `Fn::ImportValue ${name}: no stack exports it`);
    return resolve(found.value, { stack: found.stack, property: `output ${name}` });
  };
  const functions: Readonly<Record<string, Apply>> = {
    ...intrinsics,
    Ref: refer,
    'Fn::GetAtt': attribute,
    'Fn::ImportValue': importValue,
    'Fn::Sub': substitute,
  };

  const resolve: ResolveIntrinsics = (value, at) => {
    if (Array.isArray(value))
      return value.map(inner => resolve(inner, at)).filter(inner => inner !== noValue);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [name, argument] = entries[0] ?? [''];
    if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) {
      const apply = functions[name] ?? fail(at, `the intrinsic function ${name} is not understood`);
      return apply(argument, at, resolve);
    }
    return Object.fromEntries(
      entries.map(([key, inner]) => [key, resolve(inner, at)]).filter(([, inner]) => inner !== noValue),
    );
  };
  return resolve;
}

function fail(at: Parameters<ResolveIntrinsics>[1], what: string): never {
  throw new Error(`${at.stack}, ${at.property}: ${what}`);
}

function list(value: unknown, name: string, at: Parameters<ResolveIntrinsics>[1]): unknown[] {
  return Array.isArray(value) ? value : fail(at, `${name} wants a list`);
}

function pair(value: unknown, name: string, at: Parameters<ResolveIntrinsics>[1]): [unknown, unknown] {
  const [first, second] = list(value, name, at);
  return [first, second];
}
