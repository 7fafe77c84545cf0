import type { MarkdownBlock, Inline } from './markdown.ts';

/** The words of a block without any markup, and without citations, which do not read well. */
export function plainText(block: MarkdownBlock): string {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return inlineText(block.content);
    case 'code':
      return block.text;
    case 'quote':
      return block.content.map(plainText).join(' ');
    case 'rule':
      return '';
    case 'list':
      return block.items.map(item => item.map(plainText).join(' ')).join('; ');
    case 'table':
    default:
      return [block.head, ...block.rows]
        .map(row => row.map(cell => inlineText(cell.content)).join(', '))
        .join('; ');
  }
}

function inlineText(content: readonly Inline[]): string {
  return content
    .map(part => {
      if ('content' in part) return inlineText(part.content);
      if (part.kind === 'break') return ' ';
      return part.kind === 'citation' ? '' : part.text;
    })
    .join('');
}
