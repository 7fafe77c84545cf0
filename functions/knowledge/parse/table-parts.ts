/**
 * In characters. A longer table is told in parts, each below the caption and the headers, so that each can be
 * understood alone.
 */
const longestPart = 1_500;
/** In characters. Longer headers are not repeated. */
const longestHeader = 500;

/** A table as one text, or as several of about the same length that begin with the same lines, its `head`. */
export function tableParts(head: readonly string[], body: readonly string[]): string[] {
  const headLength = head.reduce((sum, line) => sum + line.length + 1, 0);
  const whole = headLength + body.reduce((sum, line) => sum + line.length + 1, 0);
  if (whole <= longestPart || headLength > longestHeader || head.length === 0)
    return [[...head, ...body].join('\n')];
  const texts: string[] = [];
  let lines: string[] = [];
  let length = headLength;
  for (const line of body) {
    if (lines.length > 0 && length + line.length > longestPart) {
      texts.push([...head, ...lines].join('\n'));
      lines = [];
      length = headLength;
    }
    lines.push(line);
    length += line.length + 1;
  }
  return [...texts, [...head, ...lines].join('\n')];
}
