/** Declarations that hide an element and all that is inside it. */
const hiding =
  /(?:^|[;\s])(?:display\s?:\s?none|visibility\s?:\s?(?:hidden|collapse)|clip\s?:\s?rect\(\s?[01](?:px)?[, ]|clip-path\s?:\s?(?:inset\(\s?(?:50|100)%|circle\(\s?0)|transform\s?:\s?scale[XY]?\(\s?0\s?\)|content-visibility\s?:\s?hidden)/i;
const clear = /(?:^|[;\s])opacity\s?:\s?(?:0(?:\.0+)?%?(?![\d.])|\.0+(?!\d))/i;
/** What a script will move into the page. */
const moving = /(?:^|[;\s])(?:transform|transition|animation|translate)/i;
const indented = /(?:^|[;\s])text-indent\s?:\s?-\d{3,}/i;
/** A picture or a colour stands for the text that is moved away. */
const pictured = /(?:^|[;\s])(?:background|width|height)/i;
const noSize = /(?:^|[;\s])font-size\s?:\s?(?:0(?:\.0+)?(?:px|r?em|pt|%)?(?![\d.])|[01](?:\.\d+)?px)/i;
const isPlaced = /(?:^|[;\s])position\s?:\s?(?:absolute|fixed)/i;
const farAway =
  /(?:^|[;\s])(?:left|right|top|bottom|inset)\s?:\s?(?:-\d{4,}(?:px)?|-\d{3,}(?:r?em|v[wh]|%)|-9{3,})/i;
const noHeight = /(?:^|[;\s])(?:height|width)\s?:\s?[01](?:px)?\s?(?:;|$)/i;
const cutOff = /(?:^|[;\s])overflow(?:-[xy])?\s?:\s?(?:hidden|clip)/i;
const colour = /(?:^|[;\s])color\s?:\s?([^;!]{1,40})/i;
const background = /(?:^|[;\s])background(?:-color)?\s?:\s?([^;!]{1,40})/i;

/** Whether an inline style keeps the element from being seen. `isLeaf`: it has no element inside. */
export function hidesByStyle(style: string, isLeaf: boolean): boolean {
  if (hiding.test(style)) return true;
  if (clear.test(style) && !moving.test(style)) return true;
  if (indented.test(style) && !pictured.test(style)) return true;
  if (isPlaced.test(style) && farAway.test(style)) return true;
  if (noHeight.test(style) && cutOff.test(style)) return true;
  // Around others it only takes away the gaps between them: each has a size of its own.
  if (isLeaf && noSize.test(style)) return true;
  const [text, behind] = [colour.exec(style)?.[1], background.exec(style)?.[1]];
  return isLeaf && text !== undefined && behind !== undefined && sameColour(text, behind);
}

const names: ReadonlyMap<string, string> = new Map([
  ['white', '#ffffff'],
  ['black', '#000000'],
]);

/** Colours as six digits, where they are written as three or by name. */
function sameColour(one: string, other: string): boolean {
  const [a, b] = [one, other].map(text => {
    const written = text.trim().toLowerCase();
    const short = /^#([\da-f])([\da-f])([\da-f])$/.exec(written);
    return short
      ? `#${short
          .slice(1)
          .map(digit => digit + digit)
          .join('')}`
      : (names.get(written) ?? written);
  });
  return a === b || a === 'transparent';
}
