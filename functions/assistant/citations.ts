import { closingCode, closingImage, fenceAt, more, type Reading } from './markdown-scan.ts';

/**
 * Filters an answer while it streams. A citation (`[2]`, `[1, 3]`, `【2†…】`) of a known passage gets a new number: 1, 2,
 * 3 and so on, in the order in which the reader meets them. A citation of no passage is removed. So is every image: its
 * address could carry what was read to a stranger's server. Code, links and other brackets stay. The output does not
 * depend on how the text was cut into deltas: only text that can not be decided yet is kept back.
 */
export class CitationFilter {
  readonly #isKnown: (n: number) => boolean;
  readonly #numbers = new Map<number, number>();
  #pending = '';
  #atLineStart = true;
  #fence: string | undefined;
  #lastOut = '';
  #dropped = false;

  /** `isKnown`: whether a passage of that number was given to the model. */
  constructor(isKnown: (n: number) => boolean) {
    this.#isKnown = isKnown;
  }

  /** The model's numbers of the cited passages, in the order of the answer: the first one is `[1]` there. */
  get cited(): readonly number[] {
    return [...this.#numbers.keys()];
  }

  /** The text to show after this delta. May be empty. */
  push(delta: string): string {
    this.#pending += delta;
    return this.#drain(false);
  }

  /** The rest of the text. */
  end(): string {
    return this.#drain(true);
  }

  #drain(last: boolean): string {
    let out = '';
    while (this.#pending !== '') {
      const reading = this.#fence === undefined ? this.#read(last) : this.#readFenced(this.#fence, last);
      if (reading === more) break;
      const { length, text } = reading;
      const consumed = this.#pending.slice(0, length);
      this.#pending = this.#pending.slice(length);
      this.#atLineStart = consumed.endsWith('\n');
      out += this.#emit(text);
    }
    return out;
  }

  /**
   * Adds a space between two texts that are next to each other only because something was removed: together they could
   * make an image.
   */
  #emit(text: string): string {
    if (text === '') {
      this.#dropped = true;
      return '';
    }
    const apart = this.#dropped && /\S$/.test(this.#lastOut) && /^[\p{L}\p{N}[(<`!]/u.test(text) ? ' ' : '';
    this.#dropped = false;
    this.#lastOut = text;
    return apart + text;
  }

  #readFenced(fence: string, last: boolean): Reading {
    const newline = this.#pending.indexOf('\n');
    const line = newline < 0 ? this.#pending : this.#pending.slice(0, newline);
    if (this.#atLineStart) {
      const mark = /^ {0,3}(`+|~+)[ \t]*$/.exec(line)?.[1];
      if (newline < 0 && !last && /^ {0,3}(`*|~*)[ \t]*$/.test(line)) return more;
      if (mark !== undefined && mark[0] === fence[0] && mark.length >= fence.length) this.#fence = undefined;
    }
    return keep(newline < 0 ? this.#pending : this.#pending.slice(0, newline + 1));
  }

  #read(last: boolean): Reading {
    const pending = this.#pending;
    if (this.#atLineStart) {
      const fence = fenceAt(pending, last);
      if (fence === more) return more;
      if (fence !== undefined) {
        this.#fence = fence.mark;
        return keep(fence.line);
      }
    }
    const [plain = ''] = /^[^\s\\`!<[【]+|^\n/.exec(pending) ?? [];
    if (plain !== '') return keep(plain);
    const [spaces = ''] = /^[^\S\n]+/.exec(pending) ?? [];
    const rest = pending.slice(spaces.length);
    if (rest === '') return last ? keep(spaces) : more;
    if (spaces !== '' && rest[0] !== '[' && rest[0] !== '【') return keep(spaces);
    switch (rest.charAt(0)) {
      case '\\':
        return rest.length > 1 || last ? keep(rest.slice(0, 2)) : more;
      case '`':
        return closingCode(rest, last);
      case '!':
        return rest.length === 1 && !last ? more : rest[1] === '[' ? closingImage(rest, last) : keep('!');
      case '<':
        return readTag(rest, last);
      default:
        return this.#readBracket(rest, spaces, last);
    }
  }

  #readBracket(rest: string, spaces: string, last: boolean): Reading {
    const wide = rest.startsWith('【');
    const found = (wide ? wideCitation : citation).exec(rest);
    if (!found) {
      const open = (wide ? openWideCitation : openCitation).test(rest) && rest.length < longestCitation;
      return open && !last ? more : keep(spaces + rest.slice(0, 1));
    }
    const [whole, body = ''] = found;
    const next = rest[whole.length];
    if (next === undefined && !last) return more;
    const numbers = numbersOf(body);
    if (next === '(' || numbers === undefined) return keep(spaces + whole);
    const shown = numbers.filter(n => this.#isKnown(n)).map(n => `[${this.#numberOf(n)}]`);
    const length = spaces.length + whole.length;
    if (shown.length === 0) return { length, text: '' };
    // "[1]: …" at the start of a line would define a link in Markdown, and change where every other [1] leads.
    const defused = next === ':' && this.#atLineStart ? ' ' : '';
    return { length, text: `${spaces}${[...new Set(shown)].join('')}${defused}` };
  }

  #numberOf(n: number): number {
    const known = this.#numbers.get(n) ?? this.#numbers.size + 1;
    this.#numbers.set(n, known);
    return known;
  }
}

const keep = (text: string): Reading => ({ length: text.length, text });

const longestCitation = 48;
const citation = /^\[\s*((?:source\s)?\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\s*\]/i;
const openCitation = /^\[(?:\s*s(?:o(?:u(?:r(?:ce?)?)?)?)?|\s*source\s[\d\s,;–-]*|[\d\s,;–-]*)$/i;
const wideCitation = /^【\s*(\d{1,3})[^】\n]{0,40}】/;
const openWideCitation = /^【[^】\n]*$/;

/** The numbers of `1`, `1, 3` and `2-4`. Undefined where it is no citation, such as `[0]` and `[007]`. */
function numbersOf(body: string): number[] | undefined {
  const numbers: number[] = [];
  for (const part of body.replace(/^source\s/i, '').split(/[,;]/)) {
    const [from = '', to = from] = part.split(/[–-]/).map(number => number.trim());
    if (from.startsWith('0') || to.startsWith('0')) return undefined;
    const [first, final] = [Number(from), Number(to)];
    if (final < first || final - first > 20) return undefined;
    for (let n = first; n <= final; n += 1) numbers.push(n);
  }
  return numbers;
}

const longestTag = 2000;

function readTag(rest: string, last: boolean): Reading {
  if (!last && rest.length < 7 && ['<img', '<image'].some(tag => tag.startsWith(rest.toLowerCase())))
    return more;
  if (!/^<(?:img|image)(?![\w-])/i.test(rest)) return keep('<');
  const end = rest.slice(0, longestTag).indexOf('>');
  if (end >= 0) return { length: end + 1, text: '' };
  return rest.length < longestTag && !last ? more : { length: 1, text: '' };
}
