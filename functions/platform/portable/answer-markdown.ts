import { Tokenizer, type Tokens } from 'marked';

/**
 * How answers are read as Markdown, wherever they are shown: GitHub's dialect, less what would drop or change the words
 * of an answer, and with what writing without spaces needs.
 */

/** Scripts that put no spaces between words, with their own punctuation and the full-width forms. */
const unspaced =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}\p{scx=Thai}\p{sc=Lao}\p{sc=Khmr}\p{scx=Mymr}\uFE30-\uFE4F\uFF01-\uFF60\uFFE0-\uFFE6]/u;
const punctuation = /^[\p{P}\p{S}]/u;
/** An address of the web; what ends one in such a script is never in it, since browsers escape that. */
const address =
  /^(?:(?:https?|ftp):\/\/|www\.)[^\s<\u2018-\u201D\u2026\u3001-\u3003\u3008-\u3011\u3014-\u301F\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65]*/i;

const lastOf = (text: string): string => /.$/su.exec(text.slice(-2))?.[0] ?? '';
/** As long as what it stands for, and a letter to the rules of emphasis. */
const letters = (text: string): string => 'a'.repeat(text.length);

/**
 * The text in which marked looks for asterisks that make emphasis (its hook `emStrongMask`). CommonMark wants a space
 * between punctuation and a word outside the emphasis, so `**「…」**text` would stay as it is; where no spaces are
 * written, punctuation counts as a letter. That is the amendment which other Markdown readers call "CJK-friendly
 * emphasis".
 */
export function emphasisMask(masked: string): string {
  return masked
    .replaceAll(/(?!\*)([\p{P}\p{S}])(?=\*+(.?))/gsu, (mark: string, _, after: string) =>
      unspaced.test(mark) || unspaced.test(after) ? letters(mark) : mark,
    )
    .replaceAll(
      /(?<!\*)(\*+)(?!\*)([\p{P}\p{S}])/gu,
      (whole, run: string, mark: string, at: number, all: string) =>
        unspaced.test(mark) || unspaced.test(lastOf(all.slice(Math.max(0, at - 2), at)))
          ? run + letters(mark)
          : whole,
    );
}

export class AnswerTokenizer extends Tokenizer {
  /** Reference definitions would swallow a line such as `[1]: see there`, and no answer needs them. */
  override def(): undefined {
    return undefined;
  }

  /** HTML is shown as text, so a line that begins with a tag is a line of text. */
  override html(): undefined {
    return undefined;
  }

  /** A tag changes nothing of how the text after it is read. */
  override tag(src: string): Tokens.Tag | undefined {
    const token = super.tag(src);
    Object.assign(this.lexer.state, { inRawBlock: false, inLink: false });
    return token;
  }

  /** `9~12 and 13~17` are ranges: two tildes strike out, one does not. */
  override del(src: string, maskedSrc: string, before = ''): Tokens.Del | undefined {
    return src.startsWith('~~') ? super.del(src, maskedSrc, before) : undefined;
  }

  /** `emphasisMask` says it of the asterisks that close; of those that open marked reads the text itself. */
  override emStrong(src: string, maskedSrc: string, before = ''): Tokens.Em | Tokens.Strong | undefined {
    const [, after = ''] = /^\*+(.)/su.exec(src) ?? [];
    const previous = lastOf(maskedSrc.slice(0, maskedSrc.length - src.length));
    const opens =
      previous !== '*' && punctuation.test(after) && (unspaced.test(after) || unspaced.test(previous));
    return super.emStrong(src, maskedSrc, opens ? '' : before);
  }

  override url(src: string): Tokens.Link | undefined {
    return super.url(address.exec(src)?.[0] ?? src);
  }
}

/** TeX as it was written, with its delimiters. */
export interface MathToken<Type extends string> {
  readonly type: Type;
  readonly raw: string;
}

/** No formula of an answer is longer; what never ends is soon given up. */
const inlineFormula =
  /^(?:\\\((?:[^\n]|\n(?![ \t]*\n)){1,1000}?\\\)|\$\$(?:[^\n]|\n(?![ \t]*\n)){1,1000}?\$\$)/;
const formulaBlock =
  /^ {0,3}(?:\\\[(?:[^\n]|\n(?![ \t]*\n)){1,1000}?\\\]|\$\$(?:[^\n]|\n(?![ \t]*\n)){1,1000}?\$\$)[ \t]*(?:\n|$)/;

function formula<Type extends string>(type: Type, src: string, pattern: RegExp): MathToken<Type> | undefined {
  const raw = pattern.exec(src)?.[0];
  return raw === undefined ? undefined : { type, raw };
}

/** `\(a^2\)` and `$$a^2$$` in a line: nobody draws them here, and without their backslashes nobody could read them. */
export const inlineMath = {
  start: (src: string): number => src.search(/\\\(|\$\$/),
  tokenizer: (src: string) => formula('math', src, inlineFormula),
};

/** `\[ … \]` and `$$ … $$` on lines of their own. */
export const blockMath = {
  start: (src: string): number => src.search(/\n {0,3}(?:\\\[|\$\$)/),
  tokenizer: (src: string) => formula('mathBlock', src, formulaBlock),
};
