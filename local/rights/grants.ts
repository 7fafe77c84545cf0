import type { AwsCall } from './aws-call.ts';

/** A statement of a role's policy: each of the actions is allowed on each of the resources. `*` stands for any text. */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** For a table: only partitions with these beginnings. Without it all partitions. */
  readonly partitions?: readonly string[] | undefined;
}

/** Whether the grants together allow the call on all its resources. */
export const allow = (grants: readonly Grant[], { action, resources, partitions }: AwsCall): boolean =>
  resources.every(resource =>
    grants.some(
      grant =>
        grant.actions.includes(action) &&
        matchesOne(grant.resources, resource) &&
        (grant.partitions === undefined ||
          partitions().every(one => matchesOne(grant.partitions ?? [], one))),
    ),
  );

const matchesOne = (patterns: readonly string[], text: string): boolean =>
  patterns.some(pattern => pattern === text || (pattern.includes('*') && wildcard(pattern).test(text)));

function wildcard(pattern: string): RegExp {
  const literal = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${literal.replaceAll('*', '.*')}$`, 's');
}
