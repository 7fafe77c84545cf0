import { describe, expect, test } from 'vitest';
import { decodeHtml } from '../../functions/knowledge/parse/encoding/decode.ts';
import { extractPage } from '../../functions/knowledge/parse/html/extract.ts';

const url = new URL('https://hall.example/visit/');
const extract = (body: string, head = '<title>Visit</title>') =>
  extractPage(`<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`, url);
const textOf = (body: string) =>
  extract(body)
    .blocks.map(({ text }) => text)
    .join('\n');

describe('of a page of an organisation', () => {
  test('headings keep their level and lead back to their place', () => {
    const { blocks } = extract(`<main><h1>Visit</h1><p>Come in, the door is open to all.</p>
      <h2 id="hours">Hours</h2><p>Nine to five.</p>
      <section id="prices"><h2>Prices <a href="#prices">#</a></h2><p>Free.</p></section>
      <h3><a name="groups"></a>Groups</h3><p>Half price.</p></main>`);
    expect(blocks.filter(({ kind }) => kind === 'heading')).toEqual([
      { kind: 'heading', level: 1, text: 'Visit' },
      { kind: 'heading', level: 2, text: 'Hours', anchor: 'hours' },
      { kind: 'heading', level: 2, text: 'Prices', anchor: 'prices' },
      { kind: 'heading', level: 3, text: 'Groups', anchor: 'groups' },
    ]);
  });

  test('tables stay tables, also small ones without a head', () => {
    const { blocks } = extract(
      '<div><h1>Hours</h1><table><tr><td>Monday</td><td>closed</td></tr><tr><td>Tuesday</td><td>9–17</td></tr></table></div>',
    );
    expect(blocks).toContainEqual({ kind: 'table', text: 'Monday | closed\nTuesday | 9–17' });
  });

  test('lists, lists in lists, and lists of terms stay', () => {
    const { blocks } = extract(`<ul><li>Bring<ul><li>a card</li><li>a friend</li></ul></li><li>Leave</li></ul>
      <ol start="3"><li>third</li></ol>
      <dl><dt>Adult</dt><dd>£5</dd><dt>Child</dt><dt>Student</dt><dd>£2</dd><dd>free on Fridays</dd></dl>`);
    expect(blocks.map(({ text }) => text)).toEqual([
      '- Bring\n  - a card\n  - a friend\n- Leave',
      '3. third',
      '- Adult: £5\n- Child, Student: £2; free on Fridays',
    ]);
  });

  test('a question and its answer stay together, open or closed', () => {
    expect(textOf('<details><summary>May I bring a dog?</summary><p>Only guide dogs.</p></details>')).toBe(
      'May I bring a dog?\nOnly guide dogs.',
    );
    expect(
      textOf(`<h3><button aria-expanded="false" aria-controls="a1">Is there parking?</button></h3>
        <div id="a1" hidden><p>Twenty places.</p></div>`),
    ).toBe('Is there parking?\nTwenty places.');
    expect(
      textOf(
        `<a role="tab" href="#t2">Fees</a><div id="t2" role="tabpanel" style="display:none">Ten pounds.</div>`,
      ),
    ).toContain('Ten pounds.');
  });

  test('contact details stay, also those behind a link', () => {
    const text = textOf(`<div class="contact"><address>1 Quay<br>Harbour</address>
      <a href="mailto:desk@hall.example?subject=x">write to us</a> <a href="tel:+441632960123">01632 960123</a>
      <a href="tel:+441632960999">call</a></div>`);
    expect(text).toContain('1 Quay\nHarbour');
    expect(text).toContain('write to us (desk@hall.example)');
    expect(text).toContain('01632 960123 call (+441632960999)');
  });

  test('cards in a list keep their headings', () => {
    const { blocks } = extract(
      '<ul><li><h3>Attic</h3><p>Ten seats</p></li><li><h3>Cellar</h3><p>Two seats</p></li></ul>',
    );
    expect(blocks.map(({ text }) => text)).toEqual(['Attic', 'Ten seats', 'Cellar', 'Two seats']);
  });

  test('the furniture goes: menus, banners, sidebars, cookie boxes, footers', () => {
    const text = textOf(`<header><a href="/">Home</a> Slogan</header><nav>Menu</nav>
      <div class="cookie-banner">We use cookies</div><div id="breadcrumbs">You are here</div>
      <div><h1>Rules</h1><p>No running in the hall, please.</p></div>
      <aside>Advertisement</aside><div role="search">Search</div><footer>Imprint</footer>`);
    expect(text).toBe('Rules\nNo running in the hall, please.');
  });

  test('a box that is named like furniture and holds the page is the page', () => {
    expect(
      textOf(`<div class="sidebar-layout banner"><p>${'All that there is to say. '.repeat(20)}</p></div>`),
    ).toContain('All that there is to say.');
  });

  test('what nobody sees is not learned', () => {
    const text = textOf(`<p>Seen by everybody here.</p><p hidden>one</p><p style="display: none">two</p>
      <div aria-hidden="true">three</div><template>four</template><script>five</script><style>six</style>
      <!-- seven --><dialog>eight</dialog>`);
    expect(text).toBe('Seen by everybody here.');
  });

  test('a table of contents with prices survives beside long prose', () => {
    const prose = `<p>${'The kiln is fired every second Wednesday, and pieces wait on the shelf. '.repeat(12)}</p>`;
    const text =
      textOf(`<div id="text">${prose}</div><div id="facts"><table><tr><th>Piece</th><th>Price</th></tr>
      <tr><td>Small bowl</td><td>£3.40 a kilogram</td></tr><tr><td>Tall vase</td><td>£5.10</td></tr></table></div>`);
    expect(text).toContain('Small bowl | £3.40 a kilogram');
  });
});

describe('of an article', () => {
  const article = `<article><h1>A whale in the harbour</h1>${'<p>On Monday a whale swam into the harbour, turned twice, and left again, to the joy of many.</p>'.repeat(8)}
    <div class="related-stories"><a href="/a">Ten more whales</a></div><figure><figcaption>Photo: somebody</figcaption></figure></article>`;

  test('only the article is learned', () => {
    const page = extract(
      `<div class="layout"><div class="teasers"><p>${'Another story, about a cat, which is longer than it should be. '.repeat(8)}</p></div>${article}</div>`,
      '<title>A whale in the harbour – News</title><meta property="article:published_time" content="2026-01-01">',
    );
    const text = page.blocks.map(({ text }) => text).join('\n');
    expect(page.title).toBe('A whale in the harbour');
    expect(text).toContain('a whale swam');
    expect(text).not.toMatch(/Ten more whales|Photo: somebody/);
  });
});

describe('of a page that misleads', () => {
  const prose = `<p>${'The ferry leaves at noon, and bicycles travel for nothing on weekdays. '.repeat(10)}</p>`;

  test('a card that declares an article does not stand for the page', () => {
    const card = `<div itemscope itemtype="https://schema.org/Article"><p>${'A short story about a boat, and its owner. '.repeat(8)}</p></div>`;
    const text = textOf(
      `<div>${card}</div><section><h2>Fares</h2><ul>${'<li>Single ticket to the islands with a seat outside: £4.50</li>'.repeat(60)}</ul></section>`,
    );
    expect(text).toContain('Single ticket');
  });

  test('the posts of a forum are its content, comments below a page are not', () => {
    const posts = `<div class="comment">${prose}</div>`;
    expect(textOf(`<h1>Bicycles on the ferry</h1>${posts.repeat(5)}`)).toContain('The ferry leaves');
    expect(textOf(`${prose.repeat(4)}<div class="comment"><p>Nice ferry!</p></div>`)).not.toContain(
      'Nice ferry',
    );
  });

  test('a page that is hidden until a script runs is read', () => {
    expect(textOf(`<div id="app" style="visibility: hidden">${prose}</div><p>Loading</p>`)).toContain(
      'The ferry leaves',
    );
    expect(textOf(`${prose}<div style="display: none"><p>Your basket is empty.</p></div>`)).not.toContain(
      'basket',
    );
  });
});

describe('what a page says about itself', () => {
  test('language, canonical address, rules for robots, links', () => {
    const page = extract(
      '<p>Text</p><a href="a">one</a><a href="/b?x=1#y" rel="nofollow">two</a><a href="mailto:a@b.example">three</a><a href="#x">four</a>',
      '<base href="/base/"><link rel="canonical" href="/visit"><meta name="robots" content="NoIndex, follow">',
    );
    expect(page).toMatchObject({ language: 'en', noindex: true, nofollow: false });
    expect(page.canonical?.href).toBe('https://hall.example/visit');
    expect(page.links.map(({ url, nofollow }) => [url.href, nofollow])).toEqual([
      ['https://hall.example/base/a', false],
      ['https://hall.example/b?x=1#y', true],
    ]);
  });
});

describe('what a page says of its time and language', () => {
  test.each([
    [
      'meta',
      '<meta property="article:published_time" content="2026-03-01T10:00:00+02:00"><meta name="last-modified" content="2026-04-02">',
    ],
    [
      'JSON-LD',
      '<script type="application/ld+json">{"@type":"WebPage","datePublished":"2026-03-01T08:00:00Z","dateModified":"2026-04-02T00:00"}</script>',
    ],
    [
      'marked times',
      '<time itemprop="datePublished" datetime="2026-03-01 08:00">1 March</time><time itemprop="dateModified" datetime="2026-04-02">2 April</time>',
    ],
  ])('its dates are noted by %s', (_, head) => {
    const { published, modified } = extract(`${head}<p>Text</p>`);
    expect([published, modified]).toEqual(['2026-03-01T08:00:00.000Z', '2026-04-02T00:00:00.000Z']);
  });

  test('what is no date is none', () => {
    expect(extract('<p>Text</p>', '<meta name="date" content="yesterday">')).not.toHaveProperty('published');
  });

  test('a language that it does not declare is told by its words', () => {
    const text = 'Die Halle ist an Feiertagen nicht offen, und der Garten ist es auch nicht.';
    expect(extractPage(`<p>${text}</p>`, url).language).toBe('de');
  });
});

describe('malformed', () => {
  test.each([
    ['nothing closed', '<div><p>one<p>two<ul><li>three<li>four<table><tr><td>five'],
    ['closed in the wrong order', '<b><i><p>one</b></i></p></div></table>two five'],
    ['attributes without end', '<p class="x>one</p><p>two five'],
    ['no head, no body', 'one two five'],
    ['a head that never ends', '<head><title>x</title><meta name=a><p>one five</p>'],
    ['null characters', '<p>one\0 five</p>'],
  ])('%s gives what text there is', (_, body) => {
    expect(() => extractPage(body, url)).not.toThrow();
  });

  test.each([
    ['deep', 600, /top text.*bottom text.*last text/s],
    ['as deep as no page is', 20_000, /top text.*bottom text.*last text/s],
    ['without end', 100_000, /top text.*bottom text.*last text/s],
  ])('nested %s does not overflow', (_, depth, text) => {
    const page = extractPage(
      `<p>top text</p>${'<div>'.repeat(depth)}bottom text${'</div>'.repeat(depth)}<p>last text</p>`,
      url,
    );
    expect(page.blocks.map(({ text }) => text).join('\n')).toMatch(text);
  });

  test('the menu of a restaurant is no menu', () => {
    const dishes = '<li>Fish soup with saffron, £9</li><li>Pea risotto with mint, £12</li>';
    expect(textOf(`<p>${'Welcome. '.repeat(60)}</p><div class="menu"><ul>${dishes}</ul></div>`)).toContain(
      'Fish soup',
    );
  });

  test('a heading that nobody closed ends where the page begins', () => {
    const prose = `A kayak costs £15 an hour. ${'Paddles are in the shed behind the house. '.repeat(5)}`;
    const { blocks } = extractPage(`<h1>Kayak rental<p>${prose}</p><h2>Terms</h2><p>Cash only.</p>`, url);
    expect(blocks).toMatchObject([
      { kind: 'heading', level: 1, text: 'Kayak rental' },
      { kind: 'text', text: prose.trim() },
      { kind: 'heading', level: 2, text: 'Terms' },
      { kind: 'text', text: 'Cash only.' },
    ]);
  });

  test('a forgotten </head> does not hide the page', () => {
    expect(extractPage('<html><head><title>T</title><body><p>Here is text.</p>', url).blocks).toEqual([
      { kind: 'text', text: 'Here is text.' },
    ]);
  });

  test('very many siblings take no quadratic time', () => {
    const page = extractPage(`<main>${'<p>some text, here</p><br>'.repeat(20_000)}</main>`, url);
    expect(page.blocks.length).toBeGreaterThan(0);
  });
});

describe('an encoding', () => {
  const latin = Uint8Array.from([0x63, 0x61, 0x66, 0xe9]); // café
  const utf8 = new TextEncoder().encode('café');

  test.each([
    ['of the header', latin, 'text/html; charset=ISO-8859-1'],
    ['of the header in quotes', latin, 'text/html; charset="windows-1252"'],
    ['that the header gets wrong', latin, 'text/html; charset=utf-8'],
    ['that nobody names', latin, 'text/html'],
    ['that nobody names, UTF-8', utf8, 'text/html'],
    ['that does not exist', utf8, 'text/html; charset=klingon'],
    [
      'of a byte order mark, against the header',
      Uint8Array.from([0xef, 0xbb, 0xbf, ...utf8]),
      'text/html; charset=latin1',
    ],
  ])('%s is understood', (_, bytes, type) => {
    expect(decodeHtml(bytes, type)).toBe('café');
  });

  test('of a meta element is understood', () => {
    const head = new TextEncoder().encode('<meta charset="windows-1251">');
    expect(decodeHtml(Uint8Array.from([...head, 0xc4, 0xe0]), 'text/html')).toContain('Да');
  });

  test('one broken character does not spoil a good page', () => {
    const bytes = Uint8Array.from([...new TextEncoder().encode('żółw, jeż'), 0xc5]);
    expect(decodeHtml(bytes, 'text/html; charset=utf-8')).toContain('żółw, jeż');
  });
});
