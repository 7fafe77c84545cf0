import type { Element } from './html.ts';

/** Where a streamed part of a page belongs: React leaves a template there, and a script moves the part to it. */
const placeholderId = /^B:([0-9a-f]+)$/i;
const partId = /^S:([0-9a-f]+)$/i;

/** Whether the template holds the place of a part that is streamed behind it. */
export const isPlaceholder = (tag: string, { id }: Readonly<Record<string, string>>): boolean =>
  tag === 'template' && id !== undefined && placeholderId.test(id);

/** More parts than this are a trap. */
const maxParts = 100;

/** Moves each streamed part to its place, as the page's script does, and shows it. Whether there are any. */
export function fillPlaceholders(elements: readonly Element[]): boolean {
  const parts = new Map<string, Element>();
  for (const element of elements) {
    const number = partId.exec(element.attributes['id'] ?? '')?.[1];
    if (number !== undefined && 'hidden' in element.attributes && parts.size < maxParts)
      parts.set(number, element);
  }
  if (parts.size === 0) return false;
  for (const element of elements) {
    const number = element.tag === 'template' && placeholderId.exec(element.attributes['id'] ?? '')?.[1];
    const part = number ? parts.get(number) : undefined;
    if (part && !isInside(element, part)) move(part, element);
  }
  for (const part of parts.values()) part.attributes = withoutHidden(part.attributes);
  return true;
}

const withoutHidden = (attributes: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== 'hidden'));

function move(part: Element, placeholder: Element): void {
  const { parent } = placeholder;
  if (!parent || !part.parent) return;
  part.parent.children = part.parent.children.filter(child => child !== part);
  parent.children = parent.children.map(child => (child === placeholder ? part : child));
  part.parent = parent;
}

function isInside(inner: Element, outer: Element): boolean {
  for (let at: Element | undefined = inner; at; at = at.parent) if (at === outer) return true;
  return false;
}
