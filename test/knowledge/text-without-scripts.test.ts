import { describe, expect, test } from 'vitest';
import { extractPage } from '../../functions/knowledge/parse/html/extract.ts';

const url = new URL('https://hall.example/visit/');
const script = '<script src="/app.js"></script>';
const linked = (data: unknown) => `<script type="application/ld+json">${JSON.stringify(data)}</script>`;
const state = (data: unknown) =>
  `<script id="__NEXT_DATA__" type="application/json">${JSON.stringify(data)}</script>`;
const textOf = (source: string) =>
  extractPage(source, url)
    .blocks.map(({ text }) => text)
    .join('\n');
const prose = 'The hall stands on the quay, and lends boats to everybody who can swim. '.repeat(5);

describe('of <noscript>', () => {
  test('text and links are read', () => {
    const page = extractPage(
      `<main><p>${prose}</p><noscript><p>1 Quay.</p><a href="/plain">plain</a></noscript></main>`,
      url,
    );
    expect(page.blocks.map(({ text }) => text)).toContain('1 Quay.');
    expect(page.links.map(({ url }) => url.pathname)).toEqual(['/plain']);
  });

  test.each([
    'Please enable JavaScript to view this page.',
    'Bitte aktivieren Sie JavaScript in Ihrem Browser.',
    'このページは JavaScript が必要です。',
  ])('the notice "%s" is no text of the page', notice => {
    expect(textOf(`<main><p>${prose}</p><noscript>${notice}</noscript></main>`)).toBe(prose.trim());
  });
});

describe('of a page that is streamed', () => {
  test('a part is read at its place', () => {
    const text = textOf(`<main><h1>Boats</h1><template id="B:0"></template><p>${prose}</p></main>
      <div hidden id="S:0"><p>A kayak costs £15 an hour.</p></div>`);
    expect(text).toBe(`Boats\nA kayak costs £15 an hour.\n${prose.trim()}`);
  });

  test('two parts that wait for each other do not disappear into a circle', () => {
    const text = textOf(`<div hidden id="S:0">one<template id="B:1"></template></div>
      <div hidden id="S:1">two<template id="B:0"></template></div>`);
    expect(text).toMatch(/one[^]*two/);
  });

  test('a declared shadow root is read', () => {
    expect(
      textOf('<x-card><template shadowrootmode="open"><p>Open on Mondays.</p></template></x-card>'),
    ).toBe('Open on Mondays.');
  });
});

test('<![CDATA[ in HTML hides nothing behind its first >', () => {
  expect(textOf('<p>one</p><![CDATA[ x > <p>two</p>')).toMatch(/one[^]*two/);
});

describe('of linked data', () => {
  const question = (name: string, text: string) => ({
    '@type': 'Question',
    name,
    acceptedAnswer: { '@type': 'Answer', text },
  });

  test('questions and answers that the page does not show are read', () => {
    const faq = {
      '@type': 'FAQPage',
      mainEntity: [
        question('How long is a loan?', '<p>Twenty-one <b>days</b>.</p>'),
        question('May dogs come in?', 'No.'),
      ],
    };
    expect(extractPage(`<main><p>${prose}</p></main>${linked(faq)}`, url).blocks.slice(1)).toEqual([
      { kind: 'heading', level: 3, text: 'How long is a loan?' },
      { kind: 'text', text: 'Twenty-one days.' },
      { kind: 'heading', level: 3, text: 'May dogs come in?' },
      { kind: 'text', text: 'No.' },
    ]);
  });

  test('those that it shows are not read twice', () => {
    const shown = `<main><h2>How long is a loan?</h2><p>Twenty-one days.</p><p>${prose}</p></main>`;
    expect(textOf(shown + linked(question('How long is a loan?', 'Twenty-one days.')))).toBe(textOf(shown));
  });

  test('an article that the page does not show is read, with its line ends', () => {
    const article = {
      '@graph': [{ '@type': 'NewsArticle', headline: 'A whale', articleBody: `${prose}\n\nIt left.` }],
    };
    expect(textOf(`<div id="root"></div>${script}${linked(article)}`)).toBe(
      `A whale\n${prose.trim()}\nIt left.`,
    );
  });

  test('of a page that shows nothing, a thing is read with its price, the site is not', () => {
    const things = [
      { '@type': 'WebSite', name: 'Shop', description: 'We sell.' },
      {
        '@type': 'Product',
        name: 'Oak table',
        description: 'Seats six.',
        offers: { '@type': 'Offer', price: 120, priceCurrency: 'GBP' },
      },
    ];
    expect(textOf(`<div id="app"></div>${linked(things)}`)).toBe(
      'Oak table\nSeats six.\nPrice: 120\nCurrency: GBP',
    );
  });

  test.each([
    ['in CDATA', `//<![CDATA[\n${JSON.stringify(question('Why?', 'Because.'))}\n//]]>`],
    [
      'with line ends in its texts',
      '{"@type":"Question","name":"Why?","acceptedAnswer":{"text":"Be\ncause."}}',
    ],
  ])('that is written %s is understood', (_, data) => {
    expect(textOf(`<script type="application/ld+json">${data}</script>`)).toMatch(/Why\?\nBe ?cause\./);
  });
});

describe('of the data that scripts draw a page from', () => {
  test.each([
    ['__NEXT_DATA__', (data: unknown) => state(data)],
    [
      'an assignment',
      (data: unknown) => `<script>window.__INITIAL_STATE__ = ${JSON.stringify(data)};</script>`,
    ],
  ])('%s, the texts are read and the rest is not', (_, write) => {
    const data = {
      buildId: 'xJ3 kk 9',
      page: {
        title: 'Rooms',
        className: 'flex mx-2 big',
        body: '<p>The attic seats <b>ten</b> people.</p>',
        href: '/rooms',
      },
      rich: [{ text: 'It is ' }, { text: 'free', bold: true }, { text: ' on Mondays.' }],
    };
    expect(textOf(`<div id="__next"></div>${script}${write(data)}`)).toBe(
      'Rooms\nThe attic seats ten people.\nIt is free on Mondays.',
    );
  });

  test('nothing is read where the page shows its text', () => {
    expect(textOf(`<main><p>${prose}</p></main>${state({ title: 'Something else' })}`)).toBe(prose.trim());
  });
});

describe('a browser', () => {
  test.each([
    ['an empty mount point', `<div id="root"></div>${script}`],
    ['a mount point that says that it loads', `<nav>Home</nav><div id="app">Loading…</div>${script}`],
    [
      'a notice and a slogan',
      `<noscript>You need JavaScript.</noscript><p>The hall by the quay in the old harbour.</p>${script}`,
    ],
    ['next to nothing', `<div class="x">Hall</div>${script}`],
  ])('is needed for a page of %s', (_, body) => {
    expect(extractPage(body, url).needsBrowser).toBe(true);
  });

  test.each([
    ['that says it all', `<div id="root"></div><main><p>${prose}</p></main>${script}`],
    ['that is just short', `<p>Closed on Mondays, open on all other days.</p>${script}`],
    ['without scripts', '<p>Hall</p>'],
    ['whose data says it all', `<div id="root"></div>${script}${state({ body: prose })}`],
    ['whose <noscript> says it all', `<div id="root"></div>${script}<noscript><p>${prose}</p></noscript>`],
    ['of frames', `<html><frameset><frame src="a.html"></frameset></html>${script}`],
  ])('is not needed for a page %s', (_, body) => {
    expect(extractPage(body, url).needsBrowser).toBe(false);
  });
});

test('the pages of a frameset are its links', () => {
  const page = extractPage(
    '<html><frameset><frame src="menu.html"><frame src="start.html"></frameset></html>',
    url,
  );
  expect(page.links.map(({ url }) => url.href)).toEqual([
    'https://hall.example/visit/menu.html',
    'https://hall.example/visit/start.html',
  ]);
});
