/**
 * Completes the Markdown of a text that is still being written, so that it already looks as it will. Without this the
 * reader would see the raw `**` of a bold phrase, half a link, or a heading that is going to be a list. An end that can
 * not be decided yet is left out until the next words decide it.
 */
export function closeUnfinished(text: string): string {
  const fences = text.match(/^ {0,3}(```|~~~)/gm)?.length ?? 0;
  // Inside a code block everything is literal, and an open block is drawn as one.
  if (fences % 2 === 1) return text.replace(/\n {0,3}[`~]{1,2}$/, '');
  const start = text.lastIndexOf('\n\n') + 1;
  return text.slice(0, start) + closeEmphasis(dropHalves(dropMarkerLine(text.slice(start))));
}

/** A last line of nothing but a marker: as an underline it would turn the line above into a heading. */
function dropMarkerLine(block: string): string {
  const tableRow = /(^|\n)\|[^\n]*\n?$/;
  const isTable = /(^|\n)\|[^\n]*\n\|(?=[ :|]*-)[ :|-]*(?:\t[ \t]*)?\n/.test(block);
  const text = block.replace(/(^|\n)[ \t]*(?:[-*+=_`~#>]+|\d{1,3}[.)]?)[ \t]*$/, '$1');
  // A table's first row becomes one only with the line below it.
  return isTable ? text : text.replace(/(^|\n)\|[^\n]*\n\|[ :|-]*$/, '$1').replace(tableRow, '$1');
}

/** Half a citation, link, tag, formula or entity at the end; the text of a half link is kept. */
const dropHalves = (text: string): string =>
  text
    .replace(/!?\[\d{0,3}$/, '')
    .replace(/!?\[([^[\]\n]*)\]\([^)\n]*$/, '$1')
    .replace(/!?\[([^[\]\n]*)\]?$/, (whole, inner: string) => (/^\[\d{1,3}\]$/.test(whole) ? whole : inner))
    .replace(/<[a-z/!][^>\n]*$/i, '')
    .replace(/&#?\w{0,8}$/, '')
    .replace(/(?<=^|[\s([])[*_~`]+$/, '')
    .replace(/\\\((?:(?!\\\)).)*$/, '$&\\)');

function closeEmphasis(text: string): string {
  if (count(text, /(?<!`)`(?!`)/g) % 2 === 1) return `${text}\``;
  const prose = text.replace(/`[^`\n]*`/g, '');
  const bold = count(prose, /\*\*/g) % 2 === 1;
  const single = prose.replace(/\*\*/g, '').replace(/^[ \t]*\*[ \t]/gm, '');
  const italic = count(single, /(?<![\s*])\*|\*(?![\s*])/g) % 2 === 1;
  if (bold && italic) {
    // `**bold*` is a closing `**` cut in half, `**bold *both` is emphasis inside.
    return text.endsWith('*') ? `${text}*` : `${text.trimEnd()}***`;
  }
  if (bold) return `${text.trimEnd()}**`;
  return italic ? `${text.trimEnd()}*` : text;
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
