import { describe, expect, it } from 'vitest';
import { modeDraft } from '../../functions/assistant/schema.ts';
import { hasSiteRules, mayUse } from '../../functions/assistant/usable-sites.ts';

const rules = (draft: object) => modeDraft.parse({ name: 'x', ...draft });

describe('a blocked site', () => {
  it.each<[string, string, boolean]>([
    ['rival.example', 'https://rival.example/page', false],
    ['rival.example', 'https://www.rival.example', false],
    ['https://www.Rival.example/', 'http://rival.example/a', false],
    ['rival.example', 'https://shop.rival.example/page', true],
    ['rival.example', 'https://rival.example.org/page', true],
    ['rival.example', 'https://notrival.example/page', true],
    ['rival.example', 'https://other.example/rival.example', true],
    ['*.rival.example', 'https://shop.rival.example/page', false],
    ['*.rival.example', 'https://rival.example/page', true],
    ['rival.example/blog', 'https://rival.example/blog/1', false],
    ['rival.example/blog', 'https://rival.example/blogger', true],
    ['*.rival.example/blog', 'https://shop.rival.example/blog/2', false],
    ['*.rival.example/blog', 'https://shop.rival.example/', true],
    ['*.rival.example', 'https://other.example/x.rival.example', true],
    ['rival.example/*', 'https://rival.example/page', false],
    ['*', 'https://rival.example/page', false],
    ['bücher.example', 'https://bücher.example/a', false],
    ['*.bücher.example', 'https://shop.xn--bcher-kva.example/a', false],
    ['rival.example/größe', 'https://rival.example/gr%C3%B6%C3%9Fe/xl', false],
    ['rival.example:8080', 'https://rival.example:8080/a', false],
    ['rival.example:8080', 'https://rival.example/a', true],
    ['rival.example', 'file:handbook.pdf', true],
  ])('%s: %s may be used: %s', (site, url, usable) => {
    expect(mayUse(rules({ blocked_sites: [site] }), url)).toBe(usable);
  });

  it('is a host: what could be read as something else is refused', () => {
    for (const site of ['', 'a b', '(x', '[x]', '-x', 'a*b', '*a', '**', '*.*.a'])
      expect(modeDraft.safeParse({ name: 'x', blocked_sites: [site] }).success).toBe(false);
  });
});

it('other sites are shut out only where some are preferred', () => {
  const url = 'https://other.example/';
  expect(mayUse(rules({ allow_other_sites: false }), url)).toBe(true);
  expect(mayUse(rules({ allow_other_sites: false, preferred_sites: ['mine.example'] }), url)).toBe(false);
  expect(mayUse(rules({ preferred_sites: ['mine.example'] }), url)).toBe(true);
  expect(hasSiteRules(rules({ preferred_sites: ['mine.example'] }))).toBe(false);
});
