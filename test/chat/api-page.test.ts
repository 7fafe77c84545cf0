import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { productEndpoints } from '../../functions/admin/description/product-endpoints.ts';
import { widgetEvents } from '../../functions/chat/widget/schema.ts';
import type { RunEvent } from '../../functions/chat/run/turn.ts';
import { type ErrorCode, statusOf } from '../../functions/platform/errors.ts';
import { describeApi } from '../../functions/platform/http/openapi.ts';

const page = readFileSync('docs/api.md', 'utf8');

describe('docs/api.md', () => {
  test('names operations that are in openapi.json', async () => {
    const { paths } = (await describeApi(productEndpoints, '1')) as { paths: Record<string, object> };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
    );
    const named = [...page.matchAll(/`((?:GET|POST|PUT|PATCH|DELETE) \/[^`]*)`/g)].map(
      ([, operation]) => operation,
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter(operation => operation === undefined || !described.includes(operation))).toEqual([]);
  });

  test('lists every code of an error with its status', () => {
    const codes: Record<ErrorCode, true> = {
      bad_request: true,
      unauthorized: true,
      forbidden: true,
      not_found: true,
      method_not_allowed: true,
      conflict: true,
      too_large: true,
      invalid: true,
      rate_limited: true,
      internal: true,
      bad_gateway: true,
      unavailable: true,
      timeout: true,
    };
    const listed = [...page.matchAll(/`([a-z_]+)`[^|`]*\| (\d{3})/g)].map(([, code, status]) => [
      code,
      Number(status),
    ]);
    const known = (Object.keys(codes) as ErrorCode[]).map(code => [code, statusOf(code)]);
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(known));
  });

  test('names every event of both streams', () => {
    const events: Record<RunEvent['type'], true> = {
      tool_start: true,
      tool_end: true,
      token: true,
      final: true,
      error: true,
      canceled: true,
      state: true,
    };
    for (const event of [...Object.keys(events), ...Object.keys(widgetEvents), 'done']) {
      expect(page).toContain(`\`${event}\``);
    }
  });

  test('is found from the other pages', () => {
    expect(readFileSync('docs/architecture.md', 'utf8')).toContain('(api.md)');
  });
});
