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

  test('may be a feed: the page of each entry counts, and neither the feed itself nor what is attached', () => {
    expect(
      pages(`<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"
        xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Hall</title><link>https://hall.example/</link>
        <atom:link href="https://hall.example/feed" rel="self" type="application/rss+xml"/>
        <item><title>A</title><link>https://hall.example/a</link><guid isPermaLink="false">7</guid>
          <enclosure url="https://hall.example/a.mp3"/><media:content url="https://hall.example/a.mp4"/></item>
        <item><link><![CDATA[ https://hall.example/b?x=1&y=2 ]]></link></item></channel></rss>`),
    ).toEqual(['https://hall.example/a', 'https://hall.example/b?x=1&y=2']);
    expect(
      pages(`<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://hall.example/"/><link rel="self" href="/feed"/>
        <entry><link href="https://hall.example/c"/><link rel="enclosure" href="/c.mp3"/></entry>
        <entry><link rel="alternate" type="text/html" href="/d"/><link rel="edit" href="/d/edit"/></entry></feed>`),
    ).toEqual(['https://hall.example/c', 'https://hall.example/d']);
    expect(
      pages(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
        <channel><link>https://hall.example/</link><items><rdf:Seq><rdf:li resource="/e"/></rdf:Seq></items></channel>
        <item rdf:about="/e"><link>https://hall.example/e</link></item></rdf:RDF>`),
    ).toEqual(['https://hall.example/e']);
  });

  test('that is text has one address a line, and what else it says is no address', () => {
    expect(pages('\ufeffhttps://hall.example/a\r\nsee also\r\n\r\nHTTP://hall.example/b\n')).toEqual([
      'https://hall.example/a',
      'http://hall.example/b',
    ]);
  });

  const wide = (text: string, mark: boolean) => Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le');
  const xml = '<?xml version="1.0" encoding="UTF-16"?><urlset><url><loc>/größe</loc></url></urlset>';
  const plain = 'https://hall.example/gr%C3%B6%C3%9Fe\n';
  test.each([
    ['UTF-16', wide(xml, true)],
    ['UTF-16 the other way round', wide(xml, true).swap16()],
    ['UTF-16 without a mark', wide(xml, false)],
    ['UTF-16 without a mark, the other way round', wide(xml, false).swap16()],
    ['text in UTF-16', wide(plain, true)],
    ['text in UTF-16 without a mark', wide(plain, false).swap16()],
    ['UTF-8 that calls itself UTF-16', bytes(xml)],
    ['Latin 1', Buffer.from(xml.replace('UTF-16', 'ISO-8859-1'), 'latin1')],
  ])('may be in %s', (_, content) => {
    const found = parseSitemap(content, url).pages.map(({ href }) => href);
    expect(found).toEqual(['https://hall.example/gr%C3%B6%C3%9Fe']);
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
