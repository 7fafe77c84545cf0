import { type ApiName, apis, areaOf, pathsOf } from '../functions/route-registry.ts';

/**
 * What API Gateway sends to a function; `*` stands for everything below. A root that no other function serves, such as
 * `/admin`, is the function's as a whole, so that it answers for unknown paths too; elsewhere it has its areas. A REST
 * API holds 300 resources.
 */
export function gatewayPaths(api: ApiName): string[] {
  const shared = new Set(
    apis
      .filter(other => other !== api)
      .flatMap(pathsOf)
      .map(rootOf),
  );
  return patterns(pathsOf(api), path => (shared.has(rootOf(path)) ? areaOf(path) : rootOf(path)));
}

/** The paths that the distribution forwards, by their roots: each is a behaviour, of which a distribution holds 25. */
export const edgePaths = (): string[] => patterns(apis.flatMap(pathsOf), rootOf);

/** The paths that are their own base, and `base/*` for all others. */
const patterns = (paths: readonly string[], baseOf: (path: string) => string): string[] => [
  ...new Set(paths.map(path => (path === baseOf(path) ? path : `${baseOf(path)}/*`))),
];

const rootOf = (path: string): string => path.split('/', 2).join('/');
