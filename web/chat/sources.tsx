import { useState } from 'preact/hooks';
import type { Source } from '../shared/api.ts';
import { safeUrl } from '../shared/markdown.ts';
import { MoreIcon } from './icons.tsx';

/** The sources of an answer. Each shows its number; a press shows its passage. */
export function Sources({ sources }: { sources: readonly Source[] }) {
  if (sources.length === 0) return null;
  return (
    <div class="sources" role="group" aria-label="Sources">
      <h3 class="sources-title">Sources</h3>
      <ol>
        {sources.map(source => (
          <SourceRow key={source.n} source={source} />
        ))}
      </ol>
    </div>
  );
}

function SourceRow({ source }: { source: Source }) {
  const [open, setOpen] = useState(false);
  const { n, title, heading, page, excerpt } = source;
  const url = safeUrl(source.url);
  const place = [heading, page && `page ${page}`, url?.host].filter(Boolean);
  return (
    <li class={`source${open ? ' open' : ''}`}>
      <span class="source-number" aria-hidden="true">
        {n}
      </span>
      <div class="source-text" dir="auto" lang="">
        {url ? (
          <a class="source-title" href={url.href} title={url.href} target="_blank" rel="noopener noreferrer">
            <span class="visually-hidden">{n}: </span>
            {title || url.host}
          </a>
        ) : (
          <span class="source-title">{title}</span>
        )}
        <span class="source-place">
          {place.map((part, at) => [at > 0 && ' · ', <bdi key={at}>{part}</bdi>])}
        </span>
      </div>
      {excerpt && (
        <button
          type="button"
          class="quiet source-more"
          aria-expanded={open}
          aria-label={`Passage of source ${n}`}
          title={open ? 'Hide the passage' : 'Show the passage'}
          onClick={() => setOpen(!open)}
        >
          <MoreIcon />
        </button>
      )}
      {open && (
        <blockquote class="source-excerpt" dir="auto" lang="">
          {excerpt}
        </blockquote>
      )}
    </li>
  );
}
