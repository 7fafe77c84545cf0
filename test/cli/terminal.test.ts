import { describe, expect, test } from 'vitest';
import { type Output, openTerminal } from '../../bin/commands/terminal.ts';
import { unfold } from '../../bin/commands/ask.ts';

function screen({
  isTTY,
  env = {},
  ...width
}: {
  isTTY: boolean;
  columns?: number | undefined;
  env?: Record<string, string>;
}) {
  const world = { now: 0, out: '', err: '' };
  const { columns } = { columns: 40, ...width };
  const to = (place: 'out' | 'err'): Output => ({
    isTTY,
    ...(columns === undefined ? {} : { columns }),
    write: text => (world[place] += text),
  });
  const clock = { now: () => world.now, sleep: async () => {} };
  return { world, terminal: openTerminal(to('out'), to('err'), env, clock) };
}

describe('progress', () => {
  test('is one rewritten line on a terminal, no wider than it, gone before anything else is written', () => {
    const { world, terminal } = screen({ isTTY: true });
    terminal.progress('one');
    terminal.progress('x'.repeat(100));
    expect(world.err).toBe(`\r\u001b[2Kone\r\u001b[2K${'x'.repeat(39)}`);
    terminal.note('done');
    expect(world.err.endsWith('\r\u001b[2Kdone\n')).toBe(true);
    expect(world.out).toBe('');
  });

  test.each([0, undefined])('is as wide as a usual terminal where the width is unknown: %s', columns => {
    const { world, terminal } = screen({ isTTY: true, columns });
    terminal.progress('x'.repeat(100));
    expect(world.err).toBe(`\r\u001b[2K${'x'.repeat(79)}`);
  });

  test('is a line every few seconds elsewhere, and none when nothing has changed', () => {
    const { world, terminal } = screen({ isTTY: false });
    for (let second = 0; second <= 10; second += 1) {
      world.now = second * 1000;
      terminal.progress(`${Math.min(second, 7)} pages`);
    }
    expect(world.err).toBe('0 pages\n3 pages\n6 pages\n7 pages\n');
    terminal.progress('indexing', true);
    expect(world.err).toMatch(/7 pages\nindexing\n$/);
    terminal.close();
    expect(world.err).not.toContain('\u001b');
  });
});

describe('colour', () => {
  test.each([
    ['a terminal', { isTTY: true }, true],
    ['a pipe', { isTTY: false }, false],
    ['NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, false],
    ['an empty NO_COLOR, which counts for nothing', { isTTY: true, env: { NO_COLOR: '' } }, true],
    ['a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }, false],
  ])('on %s', (_, given, coloured) => {
    const { world, terminal } = screen(given);
    terminal.write('https://www.example.org', 'dim');
    expect(world.out.includes('\u001b[2m')).toBe(coloured);
    expect(world.out).toContain('https://www.example.org');
  });
});

test('text of others can not steer the terminal; line ends, tabs and every script stay', () => {
  const { world, terminal } = screen({ isTTY: true });
  terminal.write('a\u001b[2Jb\u001b]52;c;aGk=\u0007c\u0000\u0008\r\u007f\u009bd\te\nżółć 日本 🦆');
  // oxlint-disable-next-line no-control-regex -- that there are none is the point
  expect(world.out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  expect(world.out).toContain('d\te\nżółć 日本 🦆');
});

/** What is printed when the answer is these texts one after the other, the last for good. */
function printed(...texts: string[]): string {
  let out = '';
  const { show, end } = unfold({ write: text => (out += text) });
  for (const text of texts) show(text);
  end(texts.at(-1) ?? '');
  return out;
}

describe('an answer that unfolds', () => {
  test('is printed once, as it grows', () => {
    expect(printed('', 'The', 'The library', 'The library.', 'The library.')).toBe('The library.');
  });

  test('that begins anew with the same words is printed on from where it is longer', () => {
    expect(printed('The lib', '', 'The', 'The library', 'The library.')).toBe('The library.');
  });

  test('that begins anew with other words is printed whole below', () => {
    expect(printed('The lib', '', 'A', 'A museum.')).toBe('The lib\n\n(the answer begins anew)\n\nA museum.');
  });

  test('that breaks off ends its line, if it has begun one', () => {
    let out = '';
    const { show, breakOff } = unfold({ write: text => (out += text) });
    breakOff();
    show('The lib');
    breakOff();
    expect(out).toBe('The lib\n');
  });

  test('whose final text differs is corrected', () => {
    expect(printed('See [1] [7]', 'See [1]')).toBe('See [1] [7]\n\n(the answer begins anew)\n\nSee [1]');
  });
});
