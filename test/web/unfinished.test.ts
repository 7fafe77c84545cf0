import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMarkdown } from '../../web/shared/markdown.ts';
import { plainText } from '../../web/shared/plain-text.ts';
import { closeUnfinished } from '../../web/shared/unfinished.ts';

const shown = (text: string): string =>
  parseMarkdown(text)
    .map(({ block }) => plainText(block))
    .join('\n');
const kinds = (text: string): string[] => parseMarkdown(text).map(({ block }) => block.kind);

const answer = `The museum is open **Tuesday to Sunday** from *10:00* [1], see \`hours.html\` [1][2].
A second line - with a dash and 3 * 4 = 12.

## Tickets

- Adults pay **14** [2]
- Others: see [the page](https://example.org/a_b) &amp; ask

1. Book **online**
2. Show the code

| Ticket | Price |
|:--|--:|
| Adult | 14 |

\`\`\`sh
curl **not bold** [3
\`\`\`

> Groups *must* reserve.`;

describe('an answer that is still being written', () => {
  it('shows no raw marks at any length, and nothing that is not in the end', () => {
    const whole = shown(answer).replaceAll(/[\s,;]/g, '');
    for (let length = 1; length <= answer.length; length += 1) {
      const partial = shown(closeUnfinished(answer.slice(0, length)));
      const prose = partial.replace('curl **not bold** [3'.slice(0, 20), '').replace('3 * 4', '');
      const inCode = answer.slice(0, length).includes('```sh');
      if (!inCode) expect(prose, `at ${length}`).not.toMatch(/\*\*|\[\d|\]\(|`|&a|\|/);
      const words = partial.replaceAll(/[\s,;]/g, '');
      expect(whole.startsWith(words) || inCode, `at ${length}: ${partial.slice(-60)}`).toBe(true);
    }
  });

  it('is the finished text once it is whole', () => {
    expect(shown(closeUnfinished(answer))).toBe(shown(answer));
  });

  it('keeps the signs of a formula that is half written', () => {
    expect(shown(closeUnfinished('so \\(a_1 * b_2 * c'))).toBe('so \\(a_1 * b_2 * c\\)');
  });

  it.each([
    ['text\n-', ['paragraph']],
    ['text\n--', ['paragraph']],
    ['text\n=', ['paragraph']],
    ['text\n\n#', ['paragraph']],
    ['text\n\n| a | b', ['paragraph']],
    ['text\n\n| a | b |\n|:-', ['paragraph']],
    ['text\n\n| a | b |\n|:--|--|\n| 1', ['paragraph', 'table']],
    ['text\n\n```', ['paragraph', 'code']],
    ['text\n\n``', ['paragraph']],
  ])('does not take %j for what it will not be', (text, expected) => {
    expect(kinds(closeUnfinished(text))).toEqual(expected);
  });

  it('holds for any text', () => {
    const marks = fc.constantFrom(
      '**',
      '*',
      '_',
      '`',
      '```',
      '[',
      ']',
      '(',
      '[1]',
      '\n',
      '\n\n',
      '- ',
      '|',
      '<b',
      '&',
      ' ',
      'word',
      '#',
    );
    fc.assert(
      fc.property(fc.array(marks, { maxLength: 30 }), parts => {
        const text = parts.join('');
        expect(() => shown(closeUnfinished(text))).not.toThrow();
      }),
    );
  });
});
