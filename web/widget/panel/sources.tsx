import type { VNode } from 'preact';
import { useCallback } from 'preact/hooks';
import { safeUrl } from '../../shared/markdown.ts';
import type { Source } from './entry.ts';

/** The sources of an answer, folded up below it. */
export function Sources({ sources }: { sources: readonly Source[] }) {
  if (sources.length === 0) return null;
  return (
    <details class="sources">
      <summary>
        <bdi>{sources.length === 1 ? '1 source' : `${sources.length} sources`}</bdi>
      </summary>
      <ol lang="">
        {sources.map(({ n, title, url, excerpt }) => (
          <li key={n} value={n}>
            <Title title={title} url={url} />
            {excerpt && (
              <p class="excerpt" dir="auto">
                {excerpt}
              </p>
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}

function Title({ title, url }: { title: string; url: string }) {
  const safe = safeUrl(url);
  if (!safe) return <bdi>{title || 'A document'}</bdi>;
  return (
    <a href={safe.href} dir="auto" target="_blank" rel="noopener noreferrer">
      {title || safe.host}
    </a>
  );
}

/** How `[n]` is drawn: a link to the source, as soon as it is known. */
export function useCitation(sources: readonly Source[]): (n: number) => VNode {
  return useCallback(
    (n: number) => {
      const source = sources.find(source => source.n === n);
      const url = source && safeUrl(source.url);
      if (!url) return <span class="citation">{n}</span>;
      return (
        <a
          class="citation"
          href={url.href}
          title={source.title}
          aria-label={`Source ${n}: ${source.title}`}
          target="_blank"
          rel="noopener noreferrer"
        >
          {n}
        </a>
      );
    },
    [sources],
  );
}
