import { cloneElement, type ComponentChildren, type VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { type MarkdownBlock, type Cell, type Inline, parseMarkdown } from './markdown.ts';
import { closeUnfinished } from './unfinished.ts';

export interface MarkdownProps {
  readonly text: string;
  /** Whether the text still grows. Its end is drawn as it will most likely become. */
  readonly growing?: boolean;
  /** Draws a citation `[n]`. Pass the same function as long as it draws the same. */
  readonly citation: (n: number) => VNode;
}

/**
 * Markdown as elements. No HTML string is ever made, so nothing in the text can become markup. A block that did not
 * change is the same element as before, so a growing answer only changes its last block. Each block has the direction
 * of its own words, and so has each line inside it (`markdown.css`). The language is not declared: it is not known, and
 * may not be the page's.
 */
export function Markdown({ text, growing = false, citation }: MarkdownProps): VNode {
  const pieces = useMemo(() => parseMarkdown(growing ? closeUnfinished(text) : text), [text, growing]);
  return (
    <div class="markdown" lang="">
      {pieces.map(({ raw, block }, index) => (
        <Piece key={`${index}-${block.kind}`} raw={raw} block={block} citation={citation} />
      ))}
    </div>
  );
}

function Piece({
  raw,
  block,
  citation,
}: {
  raw: string;
  block: MarkdownBlock;
  citation: MarkdownProps['citation'];
}) {
  // The block follows from `raw`: an equal one would be drawn the same.
  return useMemo(() => {
    const drawn = drawBlock(block, citation);
    return block.kind === 'code' ? drawn : cloneElement(drawn, { dir: 'auto' });
  }, [raw, citation]);
}

function drawBlock(block: MarkdownBlock, citation: MarkdownProps['citation']): VNode {
  const inline = (content: readonly Inline[]) => drawContent(content, citation);
  switch (block.kind) {
    case 'paragraph':
      return <p>{inline(block.content)}</p>;
    case 'heading':
      return heading(block.level, inline(block.content));
    case 'code':
      return (
        // A wide block scrolls, so the keyboard must reach it.
        <pre
          dir="ltr"
          tabIndex={0}
          aria-label={block.language ? `Code, ${block.language}` : 'Code'}
          role="group"
        >
          <code>{block.text}</code>
        </pre>
      );
    case 'quote':
      return <blockquote>{block.content.map(child => drawBlock(child, citation))}</blockquote>;
    case 'rule':
      return <hr />;
    case 'list': {
      const items = block.items.map(item => (
        <li>{item.map(child => drawItemPart(child, item, citation))}</li>
      ));
      return block.start === undefined ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
    }
    case 'table':
    default:
      return (
        <div class="table" tabIndex={0} role="group" aria-label="Table">
          <table>
            <thead>
              <tr>{block.head.map(cell => drawCell('th', cell, inline))}</tr>
            </thead>
            <tbody>
              {block.rows.map(row => (
                <tr>{row.map(cell => drawCell('td', cell, inline))}</tr>
              ))}
            </tbody>
          </table>
        </div>
      );
  }
}

/** An item of one paragraph is drawn without the paragraph, so that a list stays tight. */
function drawItemPart(
  part: MarkdownBlock,
  item: readonly MarkdownBlock[],
  citation: MarkdownProps['citation'],
) {
  const paragraphs = item.filter(({ kind }) => kind === 'paragraph').length;
  if (part.kind === 'paragraph' && paragraphs === 1)
    return <span class="item">{drawContent(part.content, citation)}</span>;
  return drawBlock(part, citation);
}

/** All headings have the level below the page's own, since an answer may begin with any level and skip some. */
const heading = (level: number, content: ComponentChildren) => (
  <h3 class={level <= 2 ? 'large' : undefined}>{content}</h3>
);

function drawCell(
  Tag: 'th' | 'td',
  cell: Cell,
  inline: (content: readonly Inline[]) => ComponentChildren,
): VNode {
  return <Tag class={cell.align && `align-${cell.align}`}>{inline(cell.content)}</Tag>;
}

/**
 * Keeps a citation on the line of the word before it, unless that word is as long as a line. A citation is a box, and
 * browsers may break a line before a box.
 */
function drawContent(content: readonly Inline[], citation: MarkdownProps['citation']): ComponentChildren {
  return content.map((part, index) => {
    const next = content[index + 1];
    if (part.kind === 'citation' && content[index - 1]?.kind === 'text') return undefined;
    if (part.kind !== 'text' || next?.kind !== 'citation') return drawInline(part, citation);
    const word = /\S{0,24}$/.exec(part.text)?.[0] ?? '';
    return [
      part.text.slice(0, part.text.length - word.length),
      <span class="cited">
        {word}
        {citation(next.n)}
      </span>,
    ];
  });
}

function drawInline(part: Inline, citation: MarkdownProps['citation']): ComponentChildren {
  const inner = (content: readonly Inline[]) => drawContent(content, citation);
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'code':
      return <code dir="ltr">{part.text}</code>;
    case 'break':
      return <br />;
    case 'citation':
      return citation(part.n);
    case 'strong':
      return <strong>{inner(part.content)}</strong>;
    case 'emphasis':
      return <em>{inner(part.content)}</em>;
    case 'deleted':
      return <del>{inner(part.content)}</del>;
    case 'link':
    default:
      return (
        <a href={part.url} title={part.url} target="_blank" rel="noopener noreferrer">
          {inner(part.content)}
          {part.host && (
            <>
              {' '}
              <span class="link-host" dir="ltr">
                ({part.host})
              </span>
            </>
          )}
        </a>
      );
  }
}
