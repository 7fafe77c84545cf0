import { useEffect, useState } from 'preact/hooks';
import { Markdown } from '../shared/markdown-view.tsx';
import { usePacedText } from '../shared/paced-text.ts';
import { useCitations } from './citation.tsx';
import { copyText } from './copy.ts';
import { AlertIcon, CheckIcon, CopyIcon, Mark, RetryIcon } from './icons.tsx';
import { Sources } from './sources.tsx';
import { isSettled, type Turn } from './turn.ts';

export interface TurnProps {
  readonly turn: Turn;
  readonly onRetry: (key: string) => void;
}

/** A question and its answer, as far as there is one. */
export function TurnView({ turn, onRetry }: TurnProps) {
  const shown = usePacedText(turn.text);
  const settled = isSettled(turn) && shown.length === turn.text.length;
  const { draw, card } = useCitations(turn.sources);
  return (
    <article class="turn">
      <div class="question">
        <h2 class="visually-hidden">You</h2>
        <p dir="auto" lang="">
          {turn.question}
        </p>
      </div>
      <div class="answer">
        <Mark />
        <div class="answer-body">
          <h2 class="visually-hidden">Assistant</h2>
          {shown && <Markdown text={shown} growing={!settled} citation={draw} />}
          {!isSettled(turn) && (shown ? <Pause seen={shown.length} /> : <Activity turn={turn} />)}
          {settled && (
            <>
              <Outcome turn={turn} onRetry={onRetry} />
              <Sources sources={turn.sources} />
              {turn.phase === 'done' && <CopyButton turn={turn} />}
            </>
          )}
          {card}
        </div>
      </div>
    </article>
  );
}

const activities = {
  sending: 'Sending',
  waiting: 'Connecting',
  searching: 'Searching the knowledge',
  reading: 'Reading',
  answering: 'Answering',
} as const;

/** What the assistant does at the moment, in words. */
export function activityOf({ phase, activity }: Turn): string | undefined {
  return phase in activities ? (activity ?? activities[phase as keyof typeof activities]) : undefined;
}

function Activity({ turn }: { turn: Turn }) {
  return (
    <p class="activity">
      <span class="pulse" aria-hidden="true" />
      {activityOf(turn)}…
    </p>
  );
}

/** Longer than a model pauses between words. */
const pauseMs = 5_000;

/** Says that an answer goes on although no word has come for a while: its run may be waiting to be taken over. */
function Pause({ seen }: { seen: number }) {
  const [paused, setPaused] = useState(false);
  useEffect(() => {
    setPaused(false);
    const timer = setTimeout(() => setPaused(true), pauseMs);
    return () => clearTimeout(timer);
  }, [seen]);
  if (!paused) return null;
  return (
    <p class="activity">
      <span class="pulse" aria-hidden="true" />
      The answer pauses, waiting for the next words…
    </p>
  );
}

/** Says what happened when there is no whole answer, and offers to ask again. */
function Outcome({ turn, onRetry }: TurnProps) {
  if (turn.phase === 'done') return turn.text ? null : <p class="muted">The answer is empty.</p>;
  const titles = {
    canceled: 'Stopped.',
    unsent: 'The question was not sent.',
    failed: 'The answer failed.',
  };
  const title = titles[turn.phase === 'canceled' || turn.phase === 'unsent' ? turn.phase : 'failed'];
  return (
    <div class={`outcome ${turn.phase === 'canceled' ? 'calm' : 'bad'}`}>
      {turn.phase !== 'canceled' && <AlertIcon />}
      <p>
        <strong>{title}</strong> {turn.phase !== 'canceled' && <bdi>{turn.failure}</bdi>}
      </p>
      <button type="button" class="small" onClick={() => onRetry(turn.key)}>
        <RetryIcon />
        Try again
      </button>
    </div>
  );
}

function CopyButton({ turn }: { turn: Turn }) {
  const [result, setResult] = useState<'copied' | 'refused'>();
  const copy = async () => {
    setResult((await copyText(answerAsText(turn))) ? 'copied' : 'refused');
    setTimeout(() => setResult(undefined), 2000);
  };
  return (
    <div class="actions">
      <button type="button" class="quiet small" onClick={() => void copy()}>
        {result === 'copied' ? <CheckIcon /> : <CopyIcon />}
        {result === 'copied' ? 'Copied' : result === 'refused' ? 'The browser refused' : 'Copy answer'}
      </button>
    </div>
  );
}

/** The answer with its sources, to be pasted elsewhere. */
export function answerAsText({ text, sources }: Turn): string {
  const list = sources.map(({ n, title, url }) => `[${n}] ${title} ${url}`);
  return list.length === 0 ? text : `${text}\n\n${list.join('\n')}`;
}
