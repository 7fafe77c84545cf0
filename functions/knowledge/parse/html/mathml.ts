import { type Element, type HtmlNode, trimSpaces } from './html.ts';

/** Operators that are written with spaces around them. */
const spaced = /^[=≠<>≤≥≈≡+−±×·÷→⇒∈∪∩]$/;

/** A formula in MathML on one line: `x^2`, `(a + b)/2`, `√(x)`. Its sources for other programs are left out. */
export const mathText = (math: Element): string => trimSpaces(linear(math));

function linear(node: HtmlNode): string {
  if (typeof node === 'string') return node.trim();
  const parts = node.children.filter(child => typeof child !== 'string' || child.trim() !== '').map(linear);
  const [first = '', second = '', third = ''] = parts;
  switch (node.tag) {
    case 'annotation':
    case 'annotation-xml':
      return '';
    case 'mo':
      return spaced.test(first) ? ` ${first} ` : first;
    case 'msup':
      return `${first}^${grouped(second)}`;
    case 'msub':
      return `${first}_${grouped(second)}`;
    case 'msubsup':
      return `${first}_${grouped(second)}^${grouped(third)}`;
    case 'mfrac':
      return `${grouped(first)}/${grouped(second)}`;
    case 'msqrt':
      return `√(${parts.join('').trim()})`;
    case 'mroot':
      return `${grouped(first)}^(1/${second})`;
    case 'mtr':
      return `${parts.map(part => part.trim()).join(', ')}; `;
    default:
      return parts.join('');
  }
}

const grouped = (text: string): string => {
  const inner = text.trim();
  return /^[\p{L}\p{N}.,]*$/u.test(inner) ? inner : `(${inner})`;
};
