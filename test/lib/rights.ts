import { at, type Deployment, list, nameOf, type Resource } from './deployment.ts';

/** One allowed action on one resource, as the template words it. */
export interface Right {
  readonly action: string;
  readonly resource: unknown;
  /** Under which it holds; undefined: always. */
  readonly condition?: unknown;
}

/** What a function's role allows it. */
export function rightsOf(fn: Resource, deployment: Deployment): readonly Right[] {
  const role: unknown = at(fn.Properties, 'Role', 'Fn::GetAtt', 0);
  const policies = deployment
    .all('AWS::IAM::Policy')
    .filter(policy => list(policy.Properties['Roles']).some(one => at(one, 'Ref') === role));
  return policies.flatMap(policy =>
    list(at(policy.Properties, 'PolicyDocument', 'Statement'))
      .filter(statement => at(statement, 'Effect') === 'Allow')
      .flatMap(statement =>
        list(at(statement, 'Action')).flatMap(action =>
          list(at(statement, 'Resource')).map(resource => ({
            action: String(action),
            resource,
            condition: at(statement, 'Condition'),
          })),
        ),
      ),
  );
}

/** The functions that may do something that matches `action` on that resource or below it. */
export const whoMay = (
  action: RegExp,
  target: Resource,
  functions: readonly Resource[],
  deployment: Deployment,
): readonly string[] =>
  functions
    .filter(fn =>
      rightsOf(fn, deployment).some(
        right => action.test(right.action) && JSON.stringify(right.resource).includes(target.id),
      ),
    )
    .map(nameOf)
    .toSorted();
