import * as z from 'zod';

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
});

const output = z.object({
  Value: z.unknown(),
  Export: z.object({ Name: z.string() }).optional(),
});

const stack = z.object({
  name: z.string(),
  resources: z.record(z.string(), resource),
  outputs: z.record(z.string(), output).default({}),
});

export const stacksSchema = z.array(stack);

/** The parts of a stack's CloudFormation template that the local world reads. */
export type StackTemplate = z.infer<typeof stack>;
export type Resource = z.infer<typeof resource>;

/** A resource and its place: `stack` and `id` (its logical id) name it in every message. */
export interface PlacedResource extends Resource {
  readonly stack: string;
  readonly id: string;
}

/** All resources of the stacks, in template order. */
export const resourcesOf = (stacks: readonly StackTemplate[]): PlacedResource[] =>
  stacks.flatMap(({ name, resources }) =>
    Object.entries(resources).map(([id, resource]) => ({ ...resource, stack: name, id })),
  );

export const placeOf = ({ stack, id }: { stack: string; id: string }): string => `${stack}/${id}`;

/** The resources of a type, such as `AWS::SQS::Queue`. */
export const ofType = (resources: readonly PlacedResource[], type: string): PlacedResource[] =>
  resources.filter(({ Type }) => Type === type);
