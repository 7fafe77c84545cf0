import { describe, expect, test } from 'vitest';
import { parseRobots } from '../../functions/scraper/site/robots.ts';

const allows = (text: string, path: string) =>
  parseRobots(text, 'switchboard').allows(new URL(path, 'https://example.com'));

describe('a robots.txt', () => {
  test.each([
    ['empty: all allowed', '', '/a', true],
    ['for all robots', 'User-agent: *\nDisallow: /private', '/private/x', false],
    [
      'for this robot instead of for all',
      'User-agent: *\nDisallow: /\n\nUser-agent: Switchboard\nDisallow: /x',
      '/a',
      true,
    ],
    ['in any case', 'USER-AGENT: SWITCHBOARD\nDISALLOW: /', '/a', false],
    ['with a version after the name', 'User-agent: switchboard/1.0\nDisallow: /', '/a', false],
    ['for several robots at once', 'User-agent: a\nUser-agent: switchboard\nDisallow: /x', '/x', false],
    [
      'groups of one robot are added up',
      'User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: /b',
      '/b',
      false,
    ],
    ['the longest rule wins', 'User-agent: *\nDisallow: /a\nAllow: /a/b', '/a/b/c', true],
    ['allow wins a tie', 'User-agent: *\nDisallow: /a\nAllow: /a', '/a', true],
    ['wildcards', 'User-agent: *\nDisallow: /*/print', '/x/print', false],
    ['wildcard with an end', 'User-agent: *\nDisallow: /*.php$', '/a.php?x', true],
    ['wildcard with an end that is met', 'User-agent: *\nDisallow: /*.php$', '/a.php', false],
    ['queries count', 'User-agent: *\nDisallow: /*?sort=', '/list?sort=asc', false],
    ['paths are case-sensitive', 'User-agent: *\nDisallow: /Private', '/private', true],
    ['comments', 'User-agent: * # everybody\nDisallow: /a # not here', '/a', false],
    ['an empty rule forbids nothing', 'User-agent: *\nDisallow:', '/a', true],
    ['rules before any name are nobody’s', 'Disallow: /', '/a', true],
    ['one spelling of escapes', 'User-agent: *\nDisallow: /%7ejoe/', '/%7Ejoe/x', false],
    ['an index page allows its folder', 'User-agent: *\nDisallow: /\nAllow: /a/index.html', '/a/', true],
    ['old Macintosh line ends', 'User-agent: *\rDisallow: /a', '/a', false],
    ['a byte order mark', '\ufeffUser-agent: *\nDisallow: /a', '/a', false],
    ['a byte order mark that was cut short', '\ufffdUser-agent: *\nDisallow: /a', '/a', false],
    ['a byte order mark within is part of its line', 'User-agent: *\n\ufeffDisallow: /a', '/a', true],
    [
      'a delay ends the list of names',
      'User-agent: *\nCrawl-delay: 1\n\nUser-agent: BadBot\nDisallow: /',
      '/a',
      true,
    ],
    [
      'and so does a directive of other robots',
      'User-agent: *\nRequest-rate: 1/5\n\nUser-agent: BadBot\nDisallow: /',
      '/a',
      true,
    ],
    ['an unknown line does not', 'User-agent: *\nHello: 1\n\nUser-agent: BadBot\nDisallow: /', '/a', false],
    ['a web page in its place', '<!doctype html><html><body>Disallow: /</body></html>', '/a', true],
  ])('%s', (_, text, path, allowed) => {
    expect(allows(text, path)).toBe(allowed);
  });

  test.each([
    ['https://example.com/a/b?x#y', false],
    ['https://example.com', true],
    ['https://example.com?x', true],
    ['/a/b', false],
    ['', true],
    // Not escaped, so it is no address as it is sent: the rule for `/%C3%A4` is not about it.
    ['https://example.com/\u00e4', true],
    ['https://example.com/%C3%A4', false],
  ])('decides about %j as it is sent', (address, allowed) => {
    expect(parseRobots('User-agent: *\nDisallow: /a/\nDisallow: /\u00e4', 'x').verdict(address).allowed).toBe(
      allowed,
    );
  });

  test('tells by which line it decides', () => {
    const robots = parseRobots('User-agent: *\nDisallow: /a\nallow :  /a/b # shop', 'x');
    expect(robots.verdict('https://example.com/a/b')).toEqual({
      allowed: true,
      rule: 'allow :  /a/b # shop',
    });
    expect(robots.verdict('https://example.com/c')).toEqual({ allowed: true, rule: undefined });
  });

  test('says how long to wait and where the sitemaps are', () => {
    const robots = parseRobots(
      'Sitemap: /s.xml\nUser-agent: *\nCrawl-delay: 2.5\nSitemap: https://a.example/t.xml',
      'x',
    );
    expect(robots.crawlDelay).toBe(2.5);
    expect(robots.sitemaps).toEqual(['/s.xml', 'https://a.example/t.xml']);
  });

  test('a delay that is none is none', () => {
    expect(parseRobots('User-agent: *\nCrawl-delay: soon', 'x').crawlDelay).toBeUndefined();
  });

  test('with a hostile pattern is matched in no time', () => {
    const text = `User-agent: *\nDisallow: /${'*a'.repeat(500)}$`;
    expect(allows(text, `/${'a'.repeat(900)}b`)).toBe(true);
  });
});
