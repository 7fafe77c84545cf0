import { useEffect, useState } from 'preact/hooks';
import { parseMarkdown } from '../../shared/markdown.ts';
import { plainText } from '../../shared/plain-text.ts';
import { type Entry, isOpen } from './entry.ts';

/**
 * Speaks for people who do not see the page: that the answer is on its way, then the answer once and whole. A live
 * region around the growing text would be read out over and over.
 */
export function Announcement({ answer }: { answer: Entry | undefined }) {
  const [watched, setWatched] = useState<string>();
  const open = answer !== undefined && isOpen(answer);
  // An answer that was whole when the widget came is no news.
  useEffect(() => {
    if (answer && open) setWatched(answer.id);
  }, [answer?.id, open]);
  return (
    <div class="visually-hidden" role="status">
      {answer && (open || watched === answer.id) ? wordsFor(answer) : ''}
    </div>
  );
}

function wordsFor({ state, content, failure = '', sources }: Entry): string {
  if (state === 'failed') return failure;
  if (state === 'stopped') return 'Stopped.';
  if (state !== 'done') return 'The answer is on its way.';
  const count = sources.length === 1 ? '1 source.' : `${sources.length} sources.`;
  const spoken = parseMarkdown(content)
    .map(({ block }) => plainText(block))
    .join(' ');
  return sources.length > 0 ? `${spoken} ${count}` : spoken;
}
