/** A part that was read: `length` characters of the input, shown as `text`. */
export interface ReadText {
  readonly length: number;
  readonly text: string;
}

/** More text is needed to decide. */
export const more = 'more';
export type Reading = ReadText | typeof more;

const keep = (text: string): ReadText => ({ length: text.length, text });

/** The most characters of a construct; a longer one is plain text. It limits what a stream keeps back. */
const reach = { fenceLine: 200, code: 1000, label: 400, destination: 2000 };

/** The opening line of a fenced code block (CommonMark 4.5), undefined where there is none. */
export function fenceAt(
  pending: string,
  last: boolean,
): { mark: string; line: string } | undefined | typeof more {
  if (!last && /^ {0,3}(?:`*|~*)$/.test(pending) && pending.length < reach.fenceLine) return more;
  const mark = /^ {0,3}(`{3,}|~{3,})/.exec(pending)?.[1];
  if (mark === undefined) return undefined;
  const window = pending.slice(0, reach.fenceLine);
  const end = window.indexOf('\n');
  if (end < 0 && pending.length < reach.fenceLine && !last) return more;
  const line = end < 0 ? window : window.slice(0, end + 1);
  if (end < 0 && pending.length >= reach.fenceLine) return undefined;
  return mark.startsWith('`') && line.slice(line.indexOf(mark) + mark.length).includes('`')
    ? undefined
    : { mark, line };
}

/**
 * A code span (CommonMark 6.1): it ends with a run of as many backticks, within the paragraph. Without one, the first
 * run is plain text.
 */
export function closingCode(rest: string, last: boolean): Reading {
  const window = rest.slice(0, reach.code);
  const [run = ''] = /^`+/.exec(window) ?? [];
  const paragraph = window.search(/\n[^\S\n]*\n/);
  const body = paragraph < 0 ? window : window.slice(0, paragraph);
  const decided = last || paragraph >= 0 || rest.length >= reach.code;
  for (const { 0: close, index } of body.slice(run.length).matchAll(/`+/g)) {
    const end = run.length + index + close.length;
    // A run at the end may continue in the next delta.
    if (end === body.length && !decided) return more;
    if (close.length === run.length) return keep(body.slice(0, end));
  }
  return decided ? keep(run) : more;
}

/**
 * Removes `![label](destination)`. Of a reference image, and of one that is not closed, only the `!` is removed, which
 * leaves a link or plain text.
 */
export function closingImage(rest: string, last: boolean): Reading {
  const bare: ReadText = { length: 1, text: '' };
  const label = closing(rest.slice(1), '[', ']', reach.label, last);
  if (label === more) return more;
  if (label === undefined) return bare;
  const next = rest.slice(1 + label);
  if (next === '') return last ? bare : more;
  if (!next.startsWith('(')) return bare;
  const destination = closing(next, '(', ')', reach.destination, last);
  if (destination === more) return more;
  return destination === undefined ? bare : { length: 1 + label + destination, text: '' };
}

/** The length of a balanced bracket at the start of the text, undefined where it does not close within reach. */
function closing(
  text: string,
  open: string,
  close: string,
  most: number,
  last: boolean,
): number | undefined | typeof more {
  let depth = 0;
  for (let at = 0; at < Math.min(text.length, most); at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '\n' && /^\n[^\S\n]*\n/.test(text.slice(at, most))) return undefined;
    else if (character === open) depth += 1;
    else if (character === close && --depth === 0) return at + 1;
  }
  return text.length < most && !last ? more : undefined;
}
