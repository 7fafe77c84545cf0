import { describe, expect, it } from 'vitest';
import { type MarkdownBlock, type Inline, parseMarkdown } from '../../web/shared/markdown.ts';
import { plainText } from '../../web/shared/plain-text.ts';

const blocks = (text: string): MarkdownBlock[] => parseMarkdown(text).map(({ block }) => block);
const shown = (text: string): string => blocks(text).map(plainText).join('\n');

/** All links anywhere in the text. */
function links(text: string): Extract<Inline, { kind: 'link' }>[] {
  const found: Extract<Inline, { kind: 'link' }>[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('kind' in value && value.kind === 'link') found.push(value as Extract<Inline, { kind: 'link' }>);
    for (const child of Object.values(value)) visit(child);
  };
  visit(blocks(text));
  return found;
}

describe('the markdown of an answer', () => {
  it('has headings, emphasis, code, quotes, lists, rules and tables', () => {
    const text =
      '# Title\n\nSome **bold _both_** and ~~old~~ `x < y`\n\n> said\n\n3. three\n4. four\n\n- a\n  - b\n\n---\n\n```sh\nls\n```\n\n| a | b |\n|:--|--:|\n| 1 | 2 |';
    expect(blocks(text).map(({ kind }) => kind)).toEqual([
      'heading',
      'paragraph',
      'quote',
      'list',
      'list',
      'rule',
      'code',
      'table',
    ]);
    expect(shown(text)).toBe('Title\nSome bold both and old x < y\nsaid\nthree; four\na b\n\nls\na, b; 1, 2');
    expect(blocks(text)[3]).toMatchObject({ kind: 'list', start: 3 });
  });

  it('knows citations, and puts them next to what they support', () => {
    expect(blocks('Open until 18:00 [1][12]. See [2](https://example.org/2).')).toEqual([
      {
        kind: 'paragraph',
        content: [
          { kind: 'text', text: 'Open until 18:00' },
          { kind: 'citation', n: 1 },
          { kind: 'citation', n: 12 },
          { kind: 'text', text: '. See ' },
          {
            kind: 'link',
            url: 'https://example.org/2',
            host: 'example.org',
            content: [{ kind: 'text', text: '2' }],
          },
          { kind: 'text', text: '.' },
        ],
      },
    ]);
  });

  it('shows a line that looks like a reference definition instead of swallowing it', () => {
    expect(shown('[1]: https://example.org is the source')).toContain('is the source');
    expect(shown('a [word][1]\n\n[1]: https://evil.example')).toContain('evil.example');
  });

  it('shows entities as the characters they mean, and no more than once', () => {
    expect(shown('Tom &amp; Jerry &#8364;5 &#x20AC;5 &nope; &amp;lt;')).toBe('Tom & Jerry €5 €5 &nope; &lt;');
  });
});

describe('the words of an answer stay as they are meant', () => {
  it.each([
    ['one tilde is a sign', 'Open 9~12 and 13~17, about (~50 people) to (~80).', []],
    ['two strike out', 'was ~~£5~~ £4', [['deleted', '£5']]],
    ['bold ends before full-width punctuation', '**注意：**请先登记', [['strong', '注意：']]],
    ['bold is around quotes in a word', '含**「重点」**内容', [['strong', '「重点」']]],
    ['bold is around a share of something', '约**50%**的人', [['strong', '50%']]],
    ['bold is around brackets', 'これは**(注)**です', [['strong', '(注)']]],
    ['bold is around curly quotes', '他说**“好”**了', [['strong', '“好”']]],
    ['bold is in Korean', '**회원(성인)**은', [['strong', '회원(성인)']]],
    ['bold is in Thai', 'ลด**50%**วันนี้', [['strong', '50%']]],
    ['bold is around an emoji', '**🎉**欢迎', [['strong', '🎉']]],
    ['where words have spaces, asterisks beside them are signs', 'a**"b"**c', []],
    ['a range of stars', '★★**4.5**★ and 2 * 3 * 4', [['strong', '4.5']]],
  ] as const)('%s: %s', (_, text, marked) => {
    const found: string[][] = [];
    const visit = (content: readonly Inline[]): void => {
      for (const part of content) {
        if (!('content' in part)) continue;
        found.push([part.kind, plainText({ kind: 'paragraph', content: part.content })]);
        visit(part.content);
      }
    };
    for (const block of blocks(text)) if (block.kind === 'paragraph') visit(block.content);
    expect(found).toEqual(marked);
    expect(shown(text)).toBe(marked.length > 0 ? text.replaceAll(/\*\*|~~/g, '') : text);
  });

  it.each([
    'so \\(a^2 + b_1 * c_1 * d\\) holds',
    'so $$a \\_ b$$ holds',
    '\\[\n\\frac{a}{b}\n= \\{ x \\}\n- y\n\\]',
    '$$\na_1 * b * c\n$$',
  ])('a formula keeps its backslashes and signs: %s', text => {
    expect(shown(text)).toBe(text);
  });

  it('prices are no formula, and an escaped bracket is a bracket', () => {
    expect(shown('$5 and \\$10, \\[1] and \\*')).toBe('$5 and $10, [1] and *');
  });

  it('a task is done or not', () => {
    expect(shown('- [x] form *sent*\n- [ ] fee\n\n  more\n- plain')).toBe('☑ form sent; ☐ fee more; plain');
  });

  it('a line that begins with a tag keeps its markdown and its citations', () => {
    expect(shown('<b>Note</b> **closed** today [1]\n<div>x</div> *y*')).toBe(
      '<b>Note</b> closed today\n<div>x</div> y',
    );
    expect(JSON.stringify(blocks('<div>\nOpen [1]'))).toContain('{"kind":"citation","n":1}');
  });
});

describe('links', () => {
  it.each([
    ['詳しくは https://example.org/a。次に', 'https://example.org/a'],
    ['（https://example.org/a）', 'https://example.org/a'],
    ['详见https://example.org/a?b=1，谢谢', 'https://example.org/a?b=1'],
    ['“https://example.org/a”', 'https://example.org/a'],
    ['見よ「https://example.org/a」。', 'https://example.org/a'],
    ['https://example.org/wiki/東京', 'https://example.org/wiki/%E6%9D%B1%E4%BA%AC'],
  ])('end before full-width punctuation: %s', (text, url) => {
    expect(links(text).map(link => link.url)).toEqual([url]);
    expect(shown(text)).toBe(text);
  });

  it.each(['https://example.org/a', 'http://example.org/', 'mailto:desk@example.org'])('leads to %s', url => {
    expect(links(`see [here](${url})`).map(link => link.url)).toEqual([url]);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java&#x73;cript:alert(1)',
    'java&Tab;script:alert(1)',
    '&#1;javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'file:///etc/passwd',
    'blob:https://example.org/x',
    '//evil.example/x',
    '/api/threads',
    'https://bank.example@evil.example/',
    'https://user:pass@evil.example/',
  ])('does not lead to %s', url => {
    expect(links(`[press](${url}) and [again](<${url}>) and <${url}>`)).toEqual([]);
  });

  it('says where they lead when their text does not', () => {
    const [honest, hiding, lying] = links(
      '<https://example.org/a> [the bank](https://evil.example/x) [https://bank.example](https://evil.example)',
    );
    expect(honest?.host).toBeUndefined();
    expect(hiding?.host).toBe('evil.example');
    expect(lying?.host).toBe('evil.example');
  });
});

describe('what a model or a page may have planted', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg/onload=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '<iframe src="https://evil.example"></iframe>',
    '<style>*{display:none}</style>',
    '<details open ontoggle=alert(1)>',
    '<form action="https://evil.example"><button>x</button></form>',
    '<!--><img src=x onerror=alert(1)>-->',
    '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
    '`<img src=x onerror=alert(1)>`',
    '```html\n<script>alert(1)</script>\n```',
    '| <img src=x onerror=alert(1)> |\n|-|\n| <b onclick=alert(1)>x</b> |',
    '- <script>alert(1)</script>',
    '# <script>alert(1)</script>',
  ])('is text: %s', payload => {
    // The tree has no kind that holds markup, so all that is left to check is that every word stays a word.
    const words = payload.match(/alert\(1\)|evil\.example|display:none/)?.[0] ?? '';
    expect(shown(payload)).toContain(words);
    expect(links(payload)).toEqual([]);
  });

  it.each([
    '![a picture](https://evil.example/p.png)',
    '![a picture][1]\n\n[1]: https://evil.example/p.png',
    '[![a picture](https://evil.example/p.png)](https://example.org)',
    '![a picture](data:image/svg+xml;base64,PHN2Zz4=)',
  ])('shows no image: %s', payload => {
    expect(shown(payload)).toContain('a picture');
    expect(JSON.stringify(blocks(payload))).not.toMatch(/"(src|image)"/);
  });

  it('only makes the kinds of node that the page can draw', () => {
    const kinds = new Set<unknown>();
    const text =
      '# a\n\n<b>x</b> [1] [l](https://example.org) **b** _e_ ~~d~~ `c`  \nx ![i](x)\n\n> q\n\n1. i\n\n---\n\n|a|\n|-|\n|b|\n\n    code';
    JSON.stringify(blocks(text), (key, value: unknown) => {
      if (key === 'kind') kinds.add(value);
      return value;
    });
    expect(kinds).toEqual(
      new Set(
        'break citation code deleted emphasis heading link list paragraph quote rule strong table text'.split(
          ' ',
        ),
      ),
    );
  });
});
