import { stripVTControlCharacters } from 'node:util';
import type { Clock } from '../../functions/platform/clock.ts';
import type { Terminal } from './command.ts';

/** A stream of the process: a terminal or not. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The time between two lines of progress where no line can be rewritten. */
const progressEveryMs = 3_000;
/** A terminal that does not know its width says 0. */
const usualColumns = 80;
const eraseLine = '\r\u001B[2K';
const [dim, plain] = ['\u001B[2m', '\u001B[22m'];

/**
 * The terminal of this process: the result goes to standard output, all else to standard error. `close` ends a line
 * that is being rewritten.
 */
export function openTerminal(
  stdout: Output,
  stderr: Output,
  env: NodeJS.ProcessEnv,
  clock: Clock,
): Terminal & { close(): void } {
  const coloured = stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  let rewriting = false;
  let last = { line: '', at: Number.NEGATIVE_INFINITY };
  const close = () => {
    if (rewriting) stderr.write(eraseLine);
    rewriting = false;
  };
  return {
    write(text, style = 'plain') {
      close();
      stdout.write(
        style === 'dim' && coloured ? `${dim}${withoutControls(text)}${plain}` : withoutControls(text),
      );
    },
    note(line) {
      close();
      stderr.write(`${withoutControls(line)}\n`);
    },
    progress(line, atOnce = false) {
      const shown = withoutControls(line);
      if (stderr.isTTY) {
        stderr.write(`${eraseLine}${shown.slice(0, (stderr.columns || usualColumns) - 1)}`);
        rewriting = true;
        return;
      }
      if (shown === last.line || (!atOnce && clock.now() - last.at < progressEveryMs)) return;
      last = { line: shown, at: clock.now() };
      stderr.write(`${shown}\n`);
    },
    close,
  };
}

/** Text from pages and models may hold escape sequences, which a terminal would obey. Line ends and tabs stay. */
const withoutControls = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- control characters are the point
  stripVTControlCharacters(text).replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '');
