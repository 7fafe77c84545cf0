import type { VNode } from 'preact';
import { useCallback, useMemo, useState } from 'preact/hooks';
import type { Source } from '../shared/api.ts';
import { safeUrl } from '../shared/markdown.ts';

/** The position of the card: below or above its citation, inside the window. */
interface Preview {
  readonly source: Source;
  readonly left: number;
  readonly top: number;
  readonly above: boolean;
}

const cardWidth = 320;
const margin = 12;

/** How `[n]` is drawn for these sources, and the card that shows a source while its citation is pointed at. */
export function useCitations(sources: readonly Source[]): {
  draw: (n: number) => VNode;
  card: VNode | undefined;
} {
  const [preview, setPreview] = useState<Preview>();
  const byNumber = useMemo(() => new Map(sources.map(source => [source.n, source])), [sources]);
  const hide = useCallback(() => setPreview(undefined), []);
  const draw = useCallback(
    (n: number): VNode => {
      const source = byNumber.get(n);
      const url = source && safeUrl(source.url);
      if (!source || !url) return <span class="citation pending">{n}</span>;
      const show = (event: { currentTarget: HTMLElement }) =>
        setPreview(placed(source, event.currentTarget.getBoundingClientRect()));
      return (
        <a
          class="citation"
          href={url.href}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={`Source ${n}: ${source.title}`}
          onPointerEnter={event => event.pointerType === 'mouse' && show(event)}
          onPointerLeave={hide}
          onFocus={event => event.currentTarget.matches(':focus-visible') && show(event)}
          onBlur={hide}
        >
          {n}
        </a>
      );
    },
    [byNumber, hide],
  );
  return { draw, card: preview && <Card {...preview} /> };
}

function placed(source: Source, anchor: DOMRect): Preview {
  const left = Math.max(margin, Math.min(anchor.left - 24, innerWidth - cardWidth - margin));
  const above = anchor.top > 220;
  return { source, left, top: above ? anchor.top - 8 : anchor.bottom + 8, above };
}

/** The card is for sighted readers. The list of sources has the same text, and everybody can reach it. */
function Card({ source, left, top, above }: Preview) {
  return (
    <div
      class={`card${above ? ' above' : ''}`}
      aria-hidden="true"
      lang=""
      ref={element => {
        element?.style.setProperty('left', `${left}px`);
        element?.style.setProperty('top', `${top}px`);
      }}
    >
      <strong dir="auto">{source.title}</strong>
      {source.heading && (
        <span class="card-heading" dir="auto">
          {source.heading}
        </span>
      )}
      <p dir="auto">{source.excerpt}</p>
      <span class="card-host">{safeUrl(source.url)?.host}</span>
    </div>
  );
}
