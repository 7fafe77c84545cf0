import { describe, expect, test } from 'vitest';
import { extractPage } from '../../functions/knowledge/index.ts';
import { readRobotsTags } from '../../functions/knowledge/parse/html/robots-directives.ts';

describe('a robots tag', () => {
  test.each<[string, readonly string[], boolean, boolean]>([
    ['noindex', ['noindex'], true, false],
    ['none', ['none'], true, true],
    ['all', ['all, index, follow'], false, false],
    ['in any case, with any spaces', ['NoIndex ,NOFOLLOW'], true, true],
    ['with spaces in place of commas', ['noindex nofollow'], true, true],
    ['several of them', ['max-snippet:20', 'nofollow'], false, true],
    ['a preview of the kind none', ['index, max-image-preview:none'], false, false],
    [
      'a preview of the kind none, behind a space',
      ['max-image-preview: none, max-video-preview : 0'],
      false,
      false,
    ],
    ['for another robot', ['otherbot: noindex, nofollow'], false, false],
    ['for ours', ['switchboard: noindex'], true, false],
    ['for another robot, then for ours', ['googlebot: nofollow, switchboard: noindex'], true, false],
    ['for another robot in one header, for all in the next', ['otherbot: noindex', 'nofollow'], false, true],
    ['for all, then for another', ['noindex, otherbot: nofollow'], true, false],
    [
      'for another robot a date, then a rule',
      ['otherbot: unavailable_after: 25 Jun 2010 15:00:00 GMT, noindex'],
      false,
      false,
    ],
    ['words that only contain one', ['noindexing, noneofit'], false, false],
  ])('%s', (_, tags, noindex, nofollow) => {
    expect(readRobotsTags(tags, 'switchboard')).toMatchObject({ noindex, nofollow });
  });

  test.each([
    'unavailable_after: 25 Jun 2010 15:00:00 GMT',
    'unavailable_after: Friday, 25-Jun-10 15:00:00 GMT, noarchive',
    'unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT',
    'unavailable_after:2010-06-25T15:00:00Z',
    'unavailable_after: 2010-06-25 15:00:00 XYZT',
  ])('%s', tag => {
    expect(readRobotsTags([tag], 'switchboard')).toMatchObject({
      noindex: false,
      unavailableAfter: Date.UTC(2010, 5, 25, 15),
    });
  });

  test('says how much may be quoted', () => {
    expect(readRobotsTags(['max-snippet:50, nosnippet'], 'x')).toMatchObject({
      maxSnippet: 50,
      nosnippet: true,
    });
  });
});

describe('a page', () => {
  const read = (head: string, body = '<p>Text.</p>') =>
    extractPage(`<html><head>${head}</head>${body}</html>`, new URL('https://example.com/a/b'));
  const hrefs = (head: string, body?: string) => read(head, body).links.map(({ url }) => url.href);

  test('adds up what all of its tags forbid', () => {
    const page = read('<meta name="robots" content="max-snippet:9"><meta name=ROBOTS content="noindex">');
    expect(page).toMatchObject({ noindex: true, nofollow: false });
  });

  test('may speak to another robot', () => {
    expect(read('<meta name="googlebot" content="none">')).toMatchObject({ noindex: false, nofollow: false });
    expect(read('<meta name="switchboard" content="none">')).toMatchObject({ noindex: true, nofollow: true });
  });

  test('of frames leads to its frames, relative to its base', () => {
    const frames = '<frameset><frame src="menu.html"><frame src="/start.html"></frameset>';
    expect(hrefs('<base href="/c/">', frames)).toEqual([
      'https://example.com/c/menu.html',
      'https://example.com/start.html',
    ]);
  });

  test('leads to its other languages and to its neighbours in a list, not to its feed', () => {
    const head = `<link rel="alternate" hreflang="de" href="/de"><link rel="next" href="?page=2">
      <link rel="alternate" type="application/rss+xml" href="/feed"><link rel="alternate stylesheet" href="/s">`;
    expect(hrefs(head)).toEqual(['https://example.com/de', 'https://example.com/a/b?page=2']);
  });

  test('says of each link how it reads and whether it is the site’s own', () => {
    const { links } = read(
      '',
      `<a href="/f.pdf"><b>Tariff</b>
      2026</a><a rel="ugc" href="/u">u</a><a rel="sponsored" href="/s">s</a><a href="/i"><img alt="Map"></a>`,
    );
    expect(links.map(({ text, nofollow }) => [text, nofollow])).toEqual([
      ['Tariff 2026', false],
      ['u', true],
      ['s', true],
      ['Map', false],
    ]);
  });

  test('shows files inside of itself', () => {
    const { embeds } = read(
      '',
      '<embed src="/a.pdf"><object data="/b.pdf"></object><iframe src="/c.pdf"></iframe>',
    );
    expect(embeds.map(({ url, tag }) => `${tag} ${url.pathname}`)).toEqual([
      'embed /a.pdf',
      'object /b.pdf',
      'iframe /c.pdf',
    ]);
  });
});
