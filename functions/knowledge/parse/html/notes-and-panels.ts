import { namesOf, wordsInNames } from './element-names.ts';
import { type Element, textOf } from './html.ts';
import { isBlock, type TextMeasures } from './text-measure.ts';

const noteNames =
  /(?:^|[\s_-])(?:note|notice|info|information|tip|hint|warning|caution|danger|important|alert|callout|admonition|remark|attention)(?:$|[\s_-])/i;
const otherNames =
  /related|sidebar|side-bar|promo|advert|newsletter|social|share|nav|menu|widget|author|recommend/i;
/** In characters. A longer aside is a text of its own. */
const longestNote = 1_000;

/** Whether an aside inside the content belongs to it: it is named as a note, or is a short text without links. */
export function isNote(aside: Element, measured: TextMeasures): boolean {
  const [length, linked] = [measured.length(aside), measured.linked(aside)];
  if (length === 0 || length > longestNote || otherNames.test(namesOf(aside))) return false;
  if (/^(?:note|doc-tip|doc-notice)$/.test(aside.attributes['role'] ?? '')) return true;
  return noteNames.test(wordsInNames(aside)) ? linked < length / 2 : linked === 0;
}

const panelNames = /accordion|collaps|toggle|faq|question|expand|disclosure/i;
/** In characters. */
const longestQuestion = 300;

/**
 * Whether the button or label opens a panel that answers it: by what it declares, by its place in a heading, by its
 * name, or because it asks a question and a box follows.
 */
export function opensPanel(control: Element): boolean {
  const { attributes, parent } = control;
  if (control.tag === 'button' && ('aria-controls' in attributes || 'aria-expanded' in attributes))
    return true;
  if (!parent) return false;
  if (control.tag === 'button' && /^(?:h[1-6]|summary|dt)$/.test(parent.tag)) return true;
  const text = textOf(control).trim();
  if (text.length > longestQuestion || !/\S \S/.test(text)) return false;
  if (!followsBox(control) && !followsBox(parent)) return false;
  return /[?？؟]$/.test(text) || panelNames.test(namesOf(control)) || panelNames.test(namesOf(parent));
}

/** Whether the next element is a box. */
function followsBox({ parent, ...element }: Element): boolean {
  const siblings = parent?.children ?? [];
  const at = siblings.findIndex(child => typeof child === 'object' && child.children === element.children);
  const next = siblings.slice(at + 1, at + 4).find(child => typeof child === 'object');
  return next !== undefined && isBlock(next);
}
