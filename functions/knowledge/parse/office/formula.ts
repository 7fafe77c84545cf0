import { childOf, childrenOf, textWithin, valueOf, type XmlElement } from './xml.ts';

/** A formula of Office (OMML) on one line, as formulas of web pages are told: `x^2`, `(a + b)/2`, `√(x)`. */
export function formulaText(element: XmlElement): string {
  const inside = (name: string) => inner(childOf(element, name));
  switch (element.name) {
    case 'r':
      return childrenOf(element, 't').map(textWithin).join('');
    case 'f':
      return `${grouped(inside('num'))}/${grouped(inside('den'))}`;
    case 'sSup':
      return `${inside('e')}^${grouped(inside('sup'))}`;
    case 'sSub':
      return `${inside('e')}_${grouped(inside('sub'))}`;
    case 'sSubSup':
    case 'sPre':
      return `${inside('e')}_${grouped(inside('sub'))}^${grouped(inside('sup'))}`;
    case 'rad':
      return `${inside('deg') === '' ? '' : grouped(inside('deg'))}√(${inside('e')})`;
    case 'nary':
      return naryText(element, inside('sub'), inside('sup'), inside('e'));
    case 'd':
      return bracketed(element);
    case 'func':
      return `${inside('fName')} ${inside('e')}`;
    case 'limLow':
    case 'limUpp':
      return `${inside('e')}_${grouped(inside('lim'))}`;
    case 'm':
      return childrenOf(element, 'mr')
        .map(row => childrenOf(row, 'e').map(inner).join(', '))
        .join('; ');
    case 'eqArr':
      return childrenOf(element, 'e').map(inner).join('; ');
    case 'del':
      return '';
    default:
      return element.name.endsWith('Pr') ? '' : inner(element);
  }
}

const inner = (element: XmlElement | undefined): string => childrenOf(element).map(formulaText).join('');

const grouped = (text: string): string => (/^[\p{L}\p{N}.,]*$/u.test(text) ? text : `(${text})`);

function naryText(element: XmlElement, from: string, to: string, of: string): string {
  const sign = valueOf(childOf(element, 'naryPr'), 'chr') ?? '∫';
  return `${sign}${from === '' ? '' : `_${grouped(from)}`}${to === '' ? '' : `^${grouped(to)}`} ${of}`;
}

function bracketed(element: XmlElement): string {
  const properties = childOf(element, 'dPr');
  const [begin, end] = [valueOf(properties, 'begChr') ?? '(', valueOf(properties, 'endChr') ?? ')'];
  const between = valueOf(properties, 'sepChr') ?? '|';
  return `${begin}${childrenOf(element, 'e').map(inner).join(between)}${end}`;
}
