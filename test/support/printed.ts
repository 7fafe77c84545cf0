import { afterEach, beforeEach, vi } from 'vitest';

/**
 * What the tests of this file print, a line each: log lines and figures. Text that is no JSON is `{text}`, since
 * nothing of ours prints any. All of it is kept from the terminal.
 */
export function printedLines(): () => Record<string, unknown>[] {
  let lines: Record<string, unknown>[] = [];
  beforeEach(() => {
    lines = [];
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation(piece => {
        const printed = String(piece)
          .split('\n')
          .filter(line => line !== '');
        lines.push(...printed.map(lineOf));
        return true;
      });
    }
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return () => lines;
}

const lineOf = (text: string): Record<string, unknown> =>
  text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text };
