import { useEffect, useState } from 'preact/hooks';
import { type Piece, parseMarkdown } from '../shared/markdown.ts';
import { plainText } from '../shared/plain-text.ts';
import { activityOf } from './answer.tsx';
import type { Turn } from './turn.ts';

/**
 * Speaks for people who do not see the page: that the answer is on its way, then the answer once and whole. A live
 * region around the growing text would be read out over and over.
 */
export function Announcement({ turn }: { turn: Turn | undefined }) {
  const [spoken, setSpoken] = useState('');
  // What was there when the page opened is read by moving through it.
  const [silent] = useState(turn?.key);
  const words = turn && turn.key !== silent ? wordsFor(turn) : '';
  useEffect(() => setSpoken(words), [words]);
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {spoken}
    </div>
  );
}

function wordsFor(turn: Turn): string {
  const count = turn.sources.length;
  switch (turn.phase) {
    case 'done':
      return `${spokenText(parseMarkdown(turn.text))} ${count === 1 ? '1 source.' : count > 1 ? `${count} sources.` : ''}`;
    case 'failed':
      return `The answer failed. ${turn.failure ?? ''}`;
    case 'unsent':
      return `The question was not sent. ${turn.failure ?? ''}`;
    case 'canceled':
      return 'Stopped.';
    default:
      return `${activityOf(turn) ?? ''}…`;
  }
}

const spokenText = (pieces: readonly Piece[]): string => pieces.map(({ block }) => plainText(block)).join(' ');
