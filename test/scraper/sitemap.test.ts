import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseSitemap } from '../../functions/scraper/site/sitemap.ts';

const url = new URL('https://hall.example/maps/sitemap.xml');
const bytes = (text: string) => new TextEncoder().encode(text);
const pages = (text: string) => parseSitemap(bytes(text), url).pages.map(({ href }) => href);

describe('a sitemap', () => {
  test('lists pages, relative ones too, and no pictures', () => {
    expect(
      pages(`<?xml version="1.0"?><urlset xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
        <url><loc> https://hall.example/a?x=1&amp;y=2 </loc><image:image><image:loc>https://hall.example/p.png</image:loc></image:image></url>
        <url><loc>b</loc></url><url><loc><![CDATA[/c]]></loc></url></urlset>`),
    ).toEqual(['https://hall.example/a?x=1&y=2', 'https://hall.example/maps/b', 'https://hall.example/c']);
  });

  test('may be an index of others, with a prefix before its names', () => {
    const index = '<s:sitemapindex><s:sitemap><s:loc>/m1.xml.gz</s:loc></s:sitemap></s:sitemapindex>';
    expect(parseSitemap(bytes(index), url)).toEqual({
      pages: [],
      sitemaps: [new URL('https://hall.example/m1.xml.gz')],
    });
  });

  test('may be compressed, or plain text', () => {
    const packed = gzipSync('<urlset><url><loc>/a</loc></url></urlset>');
    expect(parseSitemap(packed, url).pages).toHaveLength(1);
    expect(pages('https://hall.example/a\nhttps://hall.example/b\n')).toHaveLength(2);
  });

  test.each([
    ['a bomb', gzipSync(Buffer.alloc(30 * 1024 * 1024, 32))],
    ['a damaged archive', Uint8Array.from([0x1f, 0x8b, 1, 2, 3])],
    ['a web page', bytes('<!doctype html><html><body><a href="/a">a</a></body></html>')],
    ['cut in the middle', bytes('<urlset><url><loc>/a')],
  ])('that is %s lists nothing', (_, content) => {
    expect(parseSitemap(content, url)).toEqual({ pages: [], sitemaps: [] });
  });

  test('that names entities of its own does not read files', () => {
    expect(
      pages(
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><urlset><url><loc>/a&f;</loc></url></urlset>',
      ),
    ).toEqual(['https://hall.example/a&f;']);
  });
});
