import { describe, expect, test } from 'vitest';
import { productEndpoints } from '../../functions/admin/description/product-endpoints.ts';
import { apis, areaOf, areasOf, type Door, pathsOf, routes } from '../../functions/route-registry.ts';
import { edgePaths, gatewayPaths } from '../../lib/api-paths.ts';

const doors = Object.values<Readonly<Record<string, Door>>>(routes).flatMap(row => Object.entries(row));
const operations = doors.flatMap(([, door]) => Object.entries(door.operations));

const twice = (names: readonly string[]) => names.filter((name, i) => names.indexOf(name) !== i);
const covers = (patterns: readonly string[], path: string) =>
  patterns.some(
    pattern => pattern === path || (pattern.endsWith('/*') && path.startsWith(pattern.slice(0, -1))),
  );

describe('the registry of routes', () => {
  test('has each door, each operation id and each route once', () => {
    expect(twice(doors.map(([name]) => name))).toEqual([]);
    expect(twice(operations.map(([id]) => id))).toEqual([]);
    expect(twice(operations.map(([, route]) => route))).toEqual([]);
  });

  test('gives an area to one door', () => {
    expect(twice(apis.flatMap(api => Object.values(areasOf(api)).flat()))).toEqual([]);
  });

  test.each([
    ['/api/threads/{thread_id}/messages', '/api/threads'],
    ['/admin/widget/keys/{key_id}/rotate', '/admin/widget'],
    ['/modes/{name}', '/modes'],
    ['/openapi.json', '/openapi.json'],
  ])('%s lies in %s', (path, area) => {
    expect(areaOf(path)).toBe(area);
  });

  test('is what openapi.json describes', () => {
    const described = productEndpoints.map(
      ({ id, method, path }) => [id, `${method.toUpperCase()} ${path}`] as const,
    );
    expect(Object.fromEntries(described)).toEqual(Object.fromEntries(operations));
  });
});

describe('every path', () => {
  test.each(apis)('of %s is one that API Gateway sends there, and the other not', api => {
    for (const path of pathsOf(api)) {
      expect([path, apis.filter(other => covers(gatewayPaths(other), path))]).toEqual([path, [api]]);
    }
  });

  test('is forwarded by the distribution, by less than its 25 behaviours', () => {
    expect(apis.flatMap(pathsOf).filter(path => !covers(edgePaths(), path))).toEqual([]);
    expect(edgePaths().length).toBeLessThan(15);
  });
});
