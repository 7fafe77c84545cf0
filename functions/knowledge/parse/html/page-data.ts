import type { PageData } from './html.ts';

/** What a script element is: data of one kind or the other, or code. */
type ScriptKind = PageData['kind'] | 'code';

export interface Script {
  readonly kind: ScriptKind;
  text: string;
}

/** Types of scripts that browsers do not run: a page with these alone is not made by scripts. */
const inert = /^(?:application\/(?:ld\+)?json|text\/template|text\/x-[\w-]+|speculationrules|importmap)/;

export function scriptKind(attributes: Readonly<Record<string, string>>): ScriptKind {
  const type = (attributes['type'] ?? '').trim().toLowerCase();
  if (type.startsWith('application/ld+json')) return 'linked';
  return inert.test(type) ? 'state' : 'code';
}

/** An assignment of JSON to a variable that the page's scripts start from: `window.__INITIAL_STATE__ = {…}`. */
const assignment = /^(?:(?:window|self|globalThis)\.|(?:var|let|const) )?_{2}\w+_{2} ?= ?(?=[{[])/;

/** The data in a script; undefined for code. */
export function dataOf({ kind, text }: Script): PageData | undefined {
  if (kind !== 'code') return { kind, text };
  const code = text.trimStart();
  const start = assignment.exec(code)?.[0].length;
  if (start === undefined) return undefined;
  const end = Math.max(code.lastIndexOf('}'), code.lastIndexOf(']')) + 1;
  return { kind: 'state', text: code.slice(start, end) };
}

/** What pages write around JSON to hide it from old readers: comments, CDATA, a semicolon. */
const before = /^(?:\/\/|\/\*)? ?(?:<!--|<! ?\[CDATA\[)(?:\*\/)?/;
const after = /(?:(?:\/\/|\/\*)? ?(?:-->|\]\]>)(?:\*\/)?|;)$/;

/** The value of JSON that a page holds; undefined where it is none. */
export function jsonOf(text: string): unknown {
  const whole = text.trim().replace(before, '');
  const bare = whole.slice(0, -20) + whole.slice(-20).replace(after, '');
  try {
    return JSON.parse(bare);
  } catch {
    return parsedLeniently(bare);
  }
}

/** Many pages leave line ends and tabs in their strings, which JSON forbids. */
function parsedLeniently(text: string): unknown {
  try {
    // oxlint-disable-next-line no-control-regex -- they are what is replaced
    return JSON.parse(text.replaceAll(/[\u0000-\u001f]+/g, ' '));
  } catch {
    return undefined;
  }
}
