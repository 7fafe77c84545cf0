import { useEffect, useRef, useState } from 'preact/hooks';
import { type Piece, parseMarkdown } from '../shared/markdown.ts';
import { plainText } from '../shared/plain-text.ts';
import { activityOf } from './answer.tsx';
import { isSettled, type Turn } from './turn.ts';

/**
 * Speaks for people who do not see the page: that the answer is on its way, then the answer once and whole. A live
 * region around the growing text would be read out over and over.
 */
export function Announcement({ turn }: { turn: Turn | undefined }) {
  const [spoken, setSpoken] = useState('');
  // An answer that was whole when the page opened is no news: the reader finds it by moving through the page.
  const watched = useRef(new Set<string>()).current;
  if (turn && !isSettled(turn)) watched.add(turn.key);
  const words = turn && watched.has(turn.key) ? wordsFor(turn) : '';
  useEffect(() => setSpoken(words), [words]);
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {spoken}
    </div>
  );
}

function wordsFor(turn: Turn): string {
  const { phase, failure = '', sources } = turn;
  if (phase === 'canceled') return 'Stopped.';
  if (phase === 'failed') return `The answer failed. ${failure}`;
  if (phase === 'unsent') return `The question was not sent. ${failure}`;
  if (phase !== 'done') return `${activityOf(turn) ?? ''}…`;
  const count = sources.length === 1 ? '1 source.' : `${sources.length} sources.`;
  return `${spokenText(parseMarkdown(turn.text))} ${sources.length > 0 ? count : ''}`;
}

const spokenText = (pieces: readonly Piece[]): string =>
  pieces.map(({ block }) => plainText(block)).join(' ');
