import { headerOf, isRuler, rowsFrom, rowText } from './table-rows.ts';

/** The smallest piece of a passage that may be quoted: never cut further, except where a token limit forces it. */
export interface Unit {
  readonly kind: 'sentence' | 'item' | 'row' | 'code';
  /** The text to quote, without bullet, table pipes or hard line breaks. */
  readonly text: string;
  /** Index of its paragraph, list or table within the passage. */
  readonly block: number;
  /** Headings inside the passage's text above it, innermost last. */
  readonly headings: readonly string[];
  /** What tells its subject from outside: the question that it answers, or the names of its columns; else empty. */
  readonly about: string;
}

/** Made on first use: it costs a cold start 15 ms. */
let sentences: Intl.Segmenter | undefined;
const bullet = /^\s*(?:[-*•–‣▪◦]|(?:\d{1,3}|[a-z]|[ivx]{2,5})[.)])\s+/u;
const fence = /^\s*(?:```|~~~)/;
const longItem = 300;

/** Cuts a passage's text into units: sentences of prose, items of lists, rows of tables, whole code blocks. */
export function unitsOf(text: string): Unit[] {
  const reader = new Reader();
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const rows = rowsFrom(lines, at);
    if (fence.test(line)) {
      const close = lines.findIndex((other, index) => index > at && fence.test(other));
      const end = close < 0 ? lines.length : close;
      reader.readCode(lines.slice(at + 1, end).join('\n'));
      at = end;
    } else if (rows.length > 0) {
      reader.readTable(rows);
      at += rows.length - 1;
    } else {
      reader.readLine(line);
    }
  }
  return reader.end();
}

class Reader {
  readonly #units: Unit[] = [];
  #headings: string[] = [];
  #block = 0;
  #paragraph: string[] = [];
  /** Short lines that may be the headings of what follows. */
  #pendingHeadings: string[] = [];

  readCode(code: string): void {
    this.#endParagraph();
    this.#add('code', code);
    this.#block += 1;
  }

  readTable(rows: readonly (readonly string[])[]): void {
    this.#endParagraph();
    const header = headerOf(rows);
    for (const cells of rows)
      if (cells !== header && !isRuler(cells)) this.#add('row', rowText(cells, header), header?.join(' '));
    this.#block += 1;
  }

  readLine(line: string): void {
    if (/^#{1,6}\s/.test(line)) {
      this.#endParagraph();
      const level = line.indexOf(' ');
      this.#headings = [...this.#headings.slice(0, level - 1), line.slice(level).trim()];
    } else if (line.trim() === '') {
      this.#endParagraph();
      this.#block += 1;
    } else if (bullet.test(line)) {
      this.#endParagraph();
      const item = line.replace(bullet, '');
      if (item.length <= longItem) this.#add('item', item);
      else for (const sentence of sentencesOf(item)) this.#add('item', sentence);
    } else {
      this.#paragraph.push(line);
    }
  }

  end(): Unit[] {
    this.#endParagraph();
    for (const heading of this.#pendingHeadings.splice(0)) this.#add('sentence', heading);
    return this.#units;
  }

  #endParagraph(): void {
    const lines = this.#paragraph;
    this.#paragraph = [];
    const [only = ''] = lines;
    if (lines.length === 1 && looksLikeHeading(only)) {
      this.#pendingHeadings.push(only.trim());
      return;
    }
    let question = '';
    for (const [at, whole] of joinWrapped(lines).entries()) {
      if (isQuestion(whole) && at < lines.length - 1) question = whole;
      else if (lines.length > 1 && whole.length <= 120 && !ends.test(whole))
        this.#add('row', whole, question);
      else for (const sentence of sentencesOf(whole)) this.#add('sentence', sentence, question);
    }
    if (lines.length > 0) this.#block += 1;
  }

  #add(kind: Unit['kind'], text: string, about = ''): void {
    const clean = kind === 'code' ? text.trimEnd() : text.replaceAll(/\s+/g, ' ').trim();
    if (clean === '') return;
    if (this.#pendingHeadings.length > 0) this.#headings = this.#pendingHeadings;
    this.#pendingHeadings = [];
    this.#units.push({ kind, text: clean, block: this.#block, headings: this.#headings, about });
  }
}

/** How a sentence, or a line that introduces something, ends. */
const ends = /[.!?:;,…。！？]["'”’»)\]]*$/u;

/** Whether a plain line is a heading: short, without a full stop, and not a price, a time or an address. */
const looksLikeHeading = (line: string): boolean =>
  line.trim().length <= 80 &&
  (isQuestion(line) || !ends.test(line.trim())) &&
  !/\d[:.]\d|\p{Sc}|@|\d{4,}|\d\s*[–-]\s*\d/u.test(line);

/** A line that is a question, perhaps after a short word on its subject. What follows it is the answer. */
const isQuestion = (line: string): boolean =>
  /^.{4,160}[?？؟]$/u.test(line.trim()) && sentencesOf(line).length <= (line.trim().length <= 80 ? 2 : 1);

/** Joins lines that were broken in mid-sentence, as in text from PDFs. A short line without an end stays alone. */
function joinWrapped(lines: readonly string[]): string[] {
  const joined: string[] = [];
  let previous = '';
  for (const line of lines) {
    const goesOn = previous.trim().length >= 50 && !ends.test(previous.trim());
    if (goesOn && joined.length > 0) joined[joined.length - 1] += ` ${line.trim()}`;
    else joined.push(line.trim());
    previous = line;
  }
  return joined;
}

/** Abbreviations whose period does not end a sentence. */
const abbreviation =
  /(?:^|[\s(])(?:\p{Lu}|(?:\p{L}\.)+\p{L}|e\.g|i\.e|etc|vs|cf|ca|approx|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|No|Nr|Fig|Vol|pp?|ed|Inc|Ltd|Co|Corp|Gen|Col|Lt|Sgt|Capt|Rev|Hon|Gov|Sen|Rep|Mt|Ave|Blvd|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Tel|Str|bzw|z\.B|usw|ul|godz|np|tzn|art|av|env|pág|Sra?|Dra)\.["'”’)\]]?\s*$/u;

/**
 * The text with brackets in place of the marks of notes behind full stops, of the same length: `in 1802.[2] It` would
 * be cut behind `[`, while what closes a sentence stays with it. `![a](…)` is a picture.
 */
const withNotesClosed = (text: string): string =>
  text.replaceAll(/(?<=[.!?…。！？])(?:\[\w{1,4}\])+(?!\()/gu, mark => ')'.repeat(mark.length));

/** The sentences of a text, whole: `Dr. Grey paid approx. 3.5 million.` is one. */
export function sentencesOf(text: string): string[] {
  const found: string[] = [];
  let sentence = '';
  sentences ??= new Intl.Segmenter(undefined, { granularity: 'sentence' });
  for (const { segment, index } of sentences.segment(withNotesClosed(text))) {
    sentence += text.slice(index, index + segment.length);
    if (abbreviation.test(sentence) || sentence.endsWith('![')) continue;
    found.push(sentence.trim());
    sentence = '';
  }
  if (sentence.trim() !== '') found.push(sentence.trim());
  return found.filter(text => text !== '');
}
