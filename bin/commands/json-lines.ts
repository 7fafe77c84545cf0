import * as z from 'zod';
import type { CommandEffects } from './command.ts';
import { messageOf } from './command-error.ts';

/** In bytes. A longer line is answered with an error, and its rest is passed over. */
const longestLine = 8 * 1024 * 1024;

const identity = z.object({ id: z.union([z.string(), z.number()]) });

/**
 * Answers each line of standard input, in order, with a line of JSON as soon as it is read. `answer` returns the
 * fields beside `id`. A line that is wrong, or whose answer fails, gets `ok: false` and the `error`; the next line is
 * answered all the same. Returns at the end of the input; throws the reason of an interrupt.
 */
export async function answerLines<T extends z.ZodType>(
  schema: T,
  answer: (request: z.output<T>) => Promise<object> | object,
  { input, terminal, interrupted }: CommandEffects,
): Promise<void> {
  for await (const line of linesOf(input)) {
    interrupted.throwIfAborted();
    if (line?.trim() === '') continue;
    const request = parsed(line);
    const id = identity.safeParse(request).data?.id ?? null;
    const reply = await replyTo(request, schema, answer);
    terminal.write(`${JSON.stringify({ id, ...reply })}\n`);
  }
}

async function replyTo<T extends z.ZodType>(
  request: unknown,
  schema: T,
  answer: (request: z.output<T>) => Promise<object> | object,
): Promise<object> {
  try {
    if (request instanceof Error) throw request;
    const checked = schema.safeParse(request);
    if (!checked.success) throw new Error(reasonOf(checked.error));
    return await answer(checked.data);
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  }
}

function parsed(line: string | undefined): unknown {
  if (line === undefined) return new Error(`a line longer than ${longestLine / 1024 / 1024} MB`);
  try {
    return JSON.parse(line);
  } catch {
    return new Error('the line is no JSON');
  }
}

const reasonOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.') || 'the line'}: ${message}`).join('; ');

/** The lines of the input; undefined for one that is too long. */
async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncIterable<string | undefined> {
  let pieces: Uint8Array[] = [];
  let length = 0;
  const line = () => {
    const text = length > longestLine ? undefined : Buffer.concat(pieces).toString('utf8');
    pieces = [];
    length = 0;
    return text;
  };
  for await (const piece of input) {
    let from = 0;
    for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, from)) {
      pieces.push(piece.subarray(from, end));
      length += end - from;
      yield line();
      from = end + 1;
    }
    length += piece.length - from;
    if (length > longestLine) pieces = [];
    else pieces.push(piece.subarray(from));
  }
  if (length > 0) yield line();
}

const newline = 10;
