import { describe, expect, test } from 'vitest';
import { extractPage } from '../../functions/knowledge/parse/html/extract.ts';

const blocksOf = (body: string) =>
  extractPage(`<!doctype html><html lang="en"><body>${body}</body></html>`, new URL('https://hall.example/'))
    .blocks;
const textOf = (body: string) =>
  blocksOf(body)
    .map(({ text }) => text)
    .join('\n');

describe('raised and lowered text', () => {
  test.each([
    ['a power', '10<sup>6</sup> plates', '10^6 plates'],
    ['a negative power', '10<sup>-3</sup> metres', '10^-3 metres'],
    ['a power by a name', '2<sup>n</sup> or x<sup>n+1</sup>', '2^n or x^(n+1)'],
    ['a unit', '20 m<sup>2</sup>, 5 kg m<sup>-3</sup>', '20 m², 5 kg m⁻³'],
    ['cents', '£12<sup>50</sup> or 9<sup>99</sup> €', '£12.50 or 9.99 €'],
    ['minutes', '9<sup>00</sup>–17<sup>30</sup>', '9:00–17:30'],
    ['a fraction', '1<sup>1</sup>/<sub>2</sub> cups', '1 1/2 cups'],
    [
      'a note',
      'in 1802<sup><a href="#n2">2</a></sup>. The hall<sup>[3]</sup> and boats<sup>4</sup>',
      'in 1802[2]. The hall[3] and boats[4]',
    ],
    ['a note after a full stop', 'It cracked.<sup>1</sup> It was recast.', 'It cracked.[1] It was recast.'],
    ['an ordinal', 'the 1<sup>st</sup> and 2<sup>e</sup>', 'the 1st and 2e'],
    ['a sign', 'Boatly<sup>TM</sup>', 'Boatly™'],
    ['a formula of chemistry', 'CO<sub>2</sub> and H<sub>2</sub>O', 'CO2 and H2O'],
    ['a base', '101<sub>2</sub>, log<sub>10</sub>100, x<sub>i</sub>', '101_2, log_10 100, x_i'],
  ])('that is %s', (_, markup, text) => {
    expect(textOf(`<p>${markup}</p>`)).toBe(text);
  });
});

test('a formula in MathML is one line, without its source', () => {
  const formula = `<math><semantics><mrow><msup><mi>x</mi><mn>2</mn></msup><mo>=</mo><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></mrow><annotation encoding="application/x-tex">x^2=\\frac{a+b}{2}</annotation></semantics></math>`;
  expect(textOf(`<p>Here ${formula} holds.</p>`)).toBe('Here x^2 = (a + b)/2 holds.');
});

describe('what markup says of words', () => {
  test.each([
    [
      'readings above them are no part of the line',
      '<ruby>図書館<rp>(</rp><rt>としょかん</rt><rp>)</rp></ruby>は<ruby>休館<rt>きゅうかん</rt></ruby>',
      '図書館は休館',
    ],
    [
      'what is struck out is no more',
      'Tickets: <del>£20</del> <ins>£15</ins>, <s>Monday</s> Tuesday',
      'Tickets: £15, Tuesday',
    ],
    ['quotes have their marks', 'She said <q>come in</q>.', 'She said “come in”.'],
    [
      'an abbreviation is explained once',
      '<abbr title="Value added tax">VAT</abbr> is 20%. <abbr title="Value added tax">VAT</abbr> applies.',
      'VAT (Value added tax) is 20%. VAT applies.',
    ],
    ['an empty time has its date', 'On <time datetime="2026-05-09"></time>', 'On 2026-05-09'],
    [
      'a protected mail address is read',
      'Write to <a class="__cf_email__" data-cfemail="422623302a022a232e2e6c273a232f322e27">[email&#160;protected]</a>',
      'Write to darh@hall.example',
    ],
    ['keys stay keys', 'Press <kbd>Ctrl</kbd>+<kbd>C</kbd>', 'Press Ctrl+C'],
  ])('%s', (_, markup, text) => {
    expect(textOf(`<p>${markup}</p>`)).toBe(text);
  });

  test('soft hyphens, spaces of no width and marks of direction go, in headings and titles too', () => {
    const page = extractPage(
      '<title>Besuchs&shy;zeiten</title><h2>Öffnungs&shy;zei\u200bten</h2><p>\u200eVon&nbsp;8 bis\u202f20\ufeff Uhr</p>',
      new URL('https://hall.example/'),
    );
    expect(page.title).toBe('Besuchszeiten');
    expect(page.blocks.map(({ text }) => text)).toEqual(['Öffnungszeiten', 'Von 8 bis 20 Uhr']);
  });
});

describe('boxes without white space between them are words of their own', () => {
  test.each([
    ['a day and its hours', '<span class="d">Tuesday</span><span class="h">10–18</span>', 'Tuesday 10–18'],
    ['a name and a role', '<b>Ann Smith</b><i>Director</i>', 'Ann Smith Director'],
    ['two links', '<a href="/a">boats</a><a href="/b">oars</a>', 'boats oars'],
    [
      'boxes by their style',
      '<span style="display:block">boats</span><span style="display:block">oars</span>',
      'boats oars',
    ],
    ['cells of a row', '<span class="key">colour</span><span class="value">green</span>', 'colour green'],
  ])('%s', (_, markup, text) => {
    expect(textOf(`<div>${markup}</div>`)).toBe(text);
  });

  test.each([
    ['an initial', '<span class="cap">W</span><span>elcome</span>', 'Welcome'],
    ['syllables', '<span class="s">won</span><span class="s">der</span>', 'wonder'],
    ['an ordinal', '<span>1</span><span>st</span>', '1st'],
    ['code', '<code><span class="a">foo</span><span class="b">Bar</span></code>', 'fooBar'],
    ['a part of a word', 'un<b>believ</b>able', 'unbelievable'],
  ])('but %s is not cut', (_, markup, text) => {
    expect(textOf(`<p>${markup}</p>`)).toBe(text);
  });

  test('a row of short boxes is one line', () => {
    expect(
      textOf('<div><div>Monday</div><div>9–17</div></div><div><div>Sunday</div><div>closed</div></div>'),
    ).toBe('Monday 9–17\nSunday closed');
  });
});

describe('the numbers of a list', () => {
  test.each([
    [
      'start and value',
      '<ol start="3"><li>three<li value="7">seven<li>eight</ol>',
      '3. three\n7. seven\n8. eight',
    ],
    ['start at nought', '<ol start="0"><li>a<li>b</ol>', '0. a\n1. b'],
    ['reversed', '<ol reversed><li>c<li>b<li>a</ol>', '3. c\n2. b\n1. a'],
    ['letters', '<ol type="a" start="26"><li>x<li>y</ol>', 'z. x\naa. y'],
    ['numerals', '<ol type="I"><li>x<li value="9">y</ol>', 'I. x\nIX. y'],
    ['by style', '<ol style="list-style-type: lower-alpha"><li>x<li>y</ol>', 'a. x\nb. y'],
    ['within another', '<ol><li>x<ol type="i"><li>y</ol><li>z</ol>', '1. x\n  i. y\n2. z'],
  ])('%s', (_, markup, text) => {
    expect(textOf(markup)).toBe(text);
  });

  test('stay where the items hold code', () => {
    expect(
      textOf('<ol><li>Install it:<pre>npm ci</pre></li><li>Start it:<pre>npm start</pre></li></ol>'),
    ).toBe('1. Install it:\nnpm ci\n2. Start it:\nnpm start');
  });
});

describe('a table', () => {
  test('says in each line what spans rows and columns', () => {
    const { text } =
      blocksOf(`<table><caption>Loans</caption><tr><th>Card</th><th>Item</th><th colspan="2">Days</th></tr>
      <tr><td rowspan="2">Adult</td><td>Book</td><td>21</td><td>14</td></tr><tr><td>Film</td><td colspan="2">7</td></tr>
      <tr><td colspan="4">Closed in May</td></tr></table>`)[0] ?? { text: '' };
    expect(text).toBe(
      'Loans\nCard | Item | Days | Days\nAdult | Book | 21 | 14\nAdult | Film | 7 | 7\nClosed in May',
    );
  });

  test('keeps its columns where a span ends in the middle', () => {
    expect(
      textOf(
        '<table><tr><td rowspan=2>a</td><td>b</td><td rowspan=3>c</td></tr><tr><td>d</td></tr><tr><td>e</td><td>f</td></tr></table>',
      ),
    ).toBe('a | b | c\na | d | c\ne | f | c');
  });

  test('that is long is told in parts, each with caption and headers', () => {
    const rows = Array.from(
      { length: 120 },
      (_, at) => `<tr><td>Kestrel ${at}</td><td>${at + 10}</td></tr>`,
    ).join('');
    const blocks = blocksOf(
      `<table><caption>Hire</caption><thead><tr><th>Hall</th><th>Evening</th></tr></thead>${rows}</table>`,
    );
    expect(blocks.length).toBeGreaterThan(1);
    for (const { kind, text } of blocks) {
      expect(kind).toBe('table');
      expect(text).toMatch(/^Hire\nHall \| Evening\nKestrel \d+ \| \d+/);
    }
    expect(blocks.flatMap(({ text }) => text.match(/^Kestrel.*$/gm) ?? [])).toHaveLength(120);
  });

  test('may be made of boxes with roles', () => {
    expect(
      textOf(`<div role="table"><div role="row"><span role="columnheader">Day</span><span role="columnheader">Hours</span></div>
        <div role="row"><span role="cell">Monday</span><span role="cell">9–17</span></div></div>`),
    ).toBe('Day | Hours\nMonday | 9–17');
  });
});

describe('code', () => {
  test.each([
    [
      'a box for each line',
      '<pre><code><div class="line">a;</div><div class="line">  b;</div><div class="line"></div><div>c;</div></code></pre>',
    ],
    [
      'a span for each line',
      '<pre><code><span class="line">a;</span><span class="line">  b;</span><span class="line"></span><span class="line">c;</span></code></pre>',
    ],
    ['breaks', '<pre>a;<br>  b;<br><br>c;</pre>'],
    [
      'numbers beside the lines',
      '<pre><table><tr><td class="lineno">1</td><td>a;</td></tr><tr><td class="lineno">2</td><td>  b;</td></tr><tr><td class="lineno">3</td><td></td></tr><tr><td class="lineno">4</td><td>c;</td></tr></table></pre>',
    ],
    [
      'a column of numbers',
      '<table><tr><td><pre>1\n2\n3\n4</pre></td><td><pre>a;\n  b;\n\nc;</pre></td></tr></table>',
    ],
  ])('with %s is told line by line', (_, markup) => {
    expect(blocksOf(markup)).toEqual([{ kind: 'code', text: 'a;\n  b;\n\nc;' }]);
  });
});

describe('a picture', () => {
  const prose = '<p>The hall stands on the quay.</p>';
  test.each([
    ['that tells facts is read', '<p><img src="h.png" alt="Open Monday to Saturday 9 am to 7 pm"></p>', true],
    ['that repeats the text is not', '<p><img alt="The hall 2 on the quay stands"></p>', false],
    [
      'that is decoration is not',
      '<p><img role="presentation" alt="Open Monday to Saturday 9 am to 7 pm"></p>',
      false,
    ],
    ['that is named by its file is not', '<p><img alt="scan of page 2026.jpg"></p>', false],
  ])('%s', (_, markup, read) => {
    expect(blocksOf(prose + markup)).toHaveLength(read ? 2 : 1);
  });
});
