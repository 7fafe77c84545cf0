import type { ChildProcess } from 'node:child_process';
import { createWriteStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Reporter } from '../start/reporter.ts';

/** In bytes. A start that finds a longer log file empties it. */
const mostLogBytes = 20 * 1024 * 1024;

/** Writes all output of a function to its log file, and shows the errors: error lines and standard error. */
export function recordOutput(child: ChildProcess, name: string, logFile: string, report: Reporter): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  const file = createWriteStream(logFile, { flags: size > mostLogBytes ? 'w' : 'a' });
  file.on('error', error => report.warn(`${logFile}: ${error.message}`));
  each(child.stdout, line => {
    file.write(`${line}\n`);
    if (line.includes('"level":"ERROR"')) report.warn(`${name}: ${summary(line)}`);
  });
  each(child.stderr, line => {
    file.write(`${line}\n`);
    // The frames and fields of a printed error are in the log file.
    if (/^[^\s})\]]/.test(line)) report.warn(`${name}: ${summary(line)}`);
  });
  child.once('close', () => file.end());
}

function each(stream: Readable | null, take: (line: string) => void): void {
  if (stream) createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', take);
}

/** The message code and the cause of a JSON log line, without its stack; any other line as it is. */
function summary(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { message, error, cause, request_id: requestId } = JSON.parse(line) as Record<string, unknown>;
    const why = typeof error === 'object' && error !== null && 'message' in error ? error.message : cause;
    const reason = typeof why === 'string' ? `: ${why}` : '';
    return `${String(message)}${reason}${typeof requestId === 'string' ? ` (${requestId})` : ''}`;
  } catch {
    return line;
  }
}
