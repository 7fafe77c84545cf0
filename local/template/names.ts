import { type PlacedResource, placeOf } from './template.ts';

/**
 * The readable name of each resource, by its place: the logical id without the hash that the CDK appends, `ChatApi`.
 * Where two resources would share a name, it is the whole logical id.
 */
export function readableNames(resources: readonly PlacedResource[]): Map<string, string> {
  const short = ({ id }: PlacedResource) => id.replace(/[0-9A-F]{8}$/, '');
  const counts = Map.groupBy(resources, short);
  return new Map(
    resources.map(resource => {
      const name = short(resource);
      return [placeOf(resource), counts.get(name)?.length === 1 ? name : resource.id];
    }),
  );
}
