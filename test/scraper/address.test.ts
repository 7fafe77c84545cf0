import { describe, expect, test } from 'vitest';
import type { WorkspaceId } from '../../functions/platform/ids.ts';
import { documentIdOf, isInScope, pageKey, scopeOf } from '../../functions/scraper/fetch/address.ts';
import { Frontier } from '../../functions/scraper/crawl/frontier.ts';

const key = (address: string) => pageKey(new URL(address));

describe('one page', () => {
  test.each([
    ['www', 'https://www.example.com/a', 'https://example.com/a'],
    ['the scheme', 'http://example.com/a', 'https://example.com/a'],
    ['the case of the host', 'https://Example.COM/a', 'https://example.com/a'],
    ['a slash at the end', 'https://example.com/a/', 'https://example.com/a'],
    ['no path', 'https://example.com', 'https://example.com/'],
    ['the default port', 'https://example.com:443/a', 'https://example.com/a'],
    ['a fragment', 'https://example.com/a#b', 'https://example.com/a'],
    ['a tracking parameter', 'https://example.com/a?utm_source=x&fbclid=y', 'https://example.com/a'],
    ['a session', 'https://example.com/a;jsessionid=1F', 'https://example.com/a'],
    ['doubled slashes', 'https://example.com//a', 'https://example.com/a'],
    ['the spelling of escapes', 'https://example.com/%7ea%c3%bc', 'https://example.com/~a%C3%BC'],
  ])('whatever %s', (_, one, other) => {
    expect(key(one)).toBe(key(other));
  });

  test.each([
    ['path', 'https://example.com/a', 'https://example.com/b'],
    ['case of the path', 'https://example.com/A', 'https://example.com/a'],
    ['query', 'https://example.com/?p=1', 'https://example.com/?p=2'],
    ['subdomain', 'https://docs.example.com/', 'https://example.com/'],
    ['port', 'http://example.com:8080/', 'http://example.com/'],
  ])('but not with another %s', (_, one, other) => {
    expect(key(one)).not.toBe(key(other));
  });

  test('has another id in another workspace', () => {
    expect(documentIdOf('a' as WorkspaceId, 'x')).not.toBe(documentIdOf('b' as WorkspaceId, 'x'));
  });
});

describe('what an address asks for', () => {
  const covers = (asked: string, address: string) => isInScope(new URL(address), scopeOf(new URL(asked)));

  test('a root means the whole host, www or not', () => {
    expect(covers('https://www.example.com', 'https://example.com/a/b?c')).toBe(true);
    expect(covers('https://example.com/', 'https://shop.example.com/')).toBe(false);
    expect(covers('https://example.com/', 'https://example.com.evil.example/')).toBe(false);
  });

  test('a path that ends in a slash means that section', () => {
    expect(covers('https://example.com/docs/', 'https://example.com/docs/a')).toBe(true);
    expect(covers('https://example.com/docs/', 'https://example.com/docs')).toBe(true);
    expect(covers('https://example.com/docs/', 'https://example.com/docs-old/a')).toBe(false);
  });

  test('any other path, or a query, means that page alone', () => {
    expect(covers('https://example.com/a', 'https://example.com/a/')).toBe(true);
    expect(covers('https://example.com/a', 'https://example.com/a/b')).toBe(false);
    expect(covers('https://example.com/?p=1', 'https://example.com/?p=2')).toBe(false);
  });
});

describe('the frontier', () => {
  const leaveOut = () => undefined;
  const start = (maxPages = 1000) =>
    new Frontier({ scope: { kind: 'site', site: 'example.com' }, maxPages, leaveOut });
  const addAll = (frontier: Frontier, paths: Iterable<string>) => {
    let added = 0;
    for (const path of paths) if (frontier.add(new URL(path, 'https://example.com'), 1, 'link')) added += 1;
    return added;
  };
  const series = (count: number, path: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => path(n));

  test('takes each page once, the nearest to the start first', () => {
    const frontier = start();
    frontier.add(new URL('https://example.com/deep'), 3, 'link');
    frontier.add(new URL('https://example.com/near'), 1, 'link');
    frontier.add(new URL('https://www.example.com/near/'), 1, 'link');
    expect([frontier.take()?.key, frontier.take()?.key, frontier.take()]).toEqual([
      'example.com/near',
      'example.com/deep',
      undefined,
    ]);
  });

  test('leaves other hosts out', () => {
    expect(addAll(start(), ['https://other.example/', '/c.html'])).toBe(1);
  });

  test('asks for addresses that look like files until it is known that they are', () => {
    const files = series(50, n => `/${n}.jpg`);
    expect(addAll(start(), files)).toBeLessThan(10);
    const frontier = start();
    frontier.noteServed(new URL('https://example.com/node.js'), 'page');
    expect(
      addAll(
        frontier,
        series(50, n => `/${n}.js`),
      ),
    ).toBe(50);
  });

  test('stops at its number of pages and its depth, and says so', () => {
    const few = start(3);
    expect(
      addAll(
        few,
        series(10, n => `/${n}`),
      ),
    ).toBe(3);
    expect(few.truncated).toBe(true);
    const deep = start();
    expect(deep.add(new URL('https://example.com/x'), 99, 'link')).toBe(false);
    expect(deep.truncated).toBe(true);
  });

  test.each([
    ['a folder that repeats', series(50, n => `/${'a/'.repeat(n + 1)}`), 4],
    ['a pair of folders that repeats', series(50, n => `/${'a/b/'.repeat(n + 1)}`), 4],
    ['a calendar', series(500, n => `/calendar/${2000 + Math.floor(n / 12)}/${(n % 12) + 1}`), 60],
    ['filters in every combination', series(500, n => `/shop?colour=${n}&size=${n % 7}`), 60],
    ['addresses as long as a page', series(3, n => `/${'x'.repeat(1000)}${n}`), 0],
  ])('is not caught in %s', (_, paths, most) => {
    expect(addAll(start(), paths)).toBeLessThanOrEqual(most);
  });

  test('takes a site whose pages are all one script with a number', () => {
    expect(
      addAll(
        start(),
        series(400, n => `/index.php?id=${n}`),
      ),
    ).toBe(400);
  });
});
