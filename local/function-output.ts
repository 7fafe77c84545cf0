import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Reporter } from './reporter.ts';

/** Keeps all that a function prints in its log file, and shows what went wrong: error lines and standard error. */
export function recordOutput(child: ChildProcess, name: string, logFile: string, report: Reporter): void {
  const file = createWriteStream(logFile, { flags: 'a' });
  file.on('error', error => report.warn(`${logFile}: ${error.message}`));
  each(child.stdout, line => {
    file.write(`${line}\n`);
    if (line.includes('"level":"ERROR"')) report.warn(`${name}: ${summary(line)}`);
  });
  each(child.stderr, line => {
    file.write(`${line}\n`);
    // The frames and fields of a printed error are in the log file.
    if (/^[^\s})\]]/.test(line)) report.warn(`${name}: ${line}`);
  });
  child.once('close', () => file.end());
}

function each(stream: Readable | null, take: (line: string) => void): void {
  if (stream) createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', take);
}

/** The message code and the error of a JSON log line, without its stack. */
function summary(line: string): string {
  try {
    const { message, error, request_id } = JSON.parse(line) as Record<string, unknown>;
    const cause =
      typeof error === 'object' && error !== null && 'message' in error ? `: ${String(error.message)}` : '';
    return `${String(message)}${cause}${typeof request_id === 'string' ? ` (${request_id})` : ''}`;
  } catch {
    return line;
  }
}
