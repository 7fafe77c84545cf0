import { Markdown } from '../../shared/markdown-view.tsx';
import { usePacedText } from '../../shared/paced-text.ts';
import { type Entry, isOpen } from './entry.ts';
import { Sources, useCitation } from './sources.tsx';

/** One entry of the conversation, with its time. Only the last answer has `retry`. */
export function MessageItem({ entry, retry }: { entry: Entry; retry?: (() => void) | undefined }) {
  const { role, content, state, failure } = entry;
  if (role === 'user') {
    return (
      <li class="message own">
        <span class="visually-hidden">You: </span>
        <div class="words" lang="">
          <p dir="auto">{content}</p>
        </div>
        {entry.files && (
          <p class="with" dir="auto">
            With {entry.files.join(', ')}
          </p>
        )}
        <Time of={entry.timestamp} />
      </li>
    );
  }
  const again = retry && (
    <button type="button" class="again" onClick={retry}>
      Try again
    </button>
  );
  return (
    <li class="message">
      <span class="visually-hidden">Answer: </span>
      {state === 'failed' ? (
        <div class="words failed">
          <p dir="auto">{failure}</p>
          {again}
        </div>
      ) : (
        <Answer entry={entry} />
      )}
      {state === 'stopped' && (
        <p class="stopped">
          <bdi>Stopped.</bdi> {again}
        </p>
      )}
      {!isOpen(entry) && <Time of={entry.timestamp} />}
    </li>
  );
}

function Answer({ entry }: { entry: Entry }) {
  const paced = usePacedText(entry.content);
  const cut = entry.state === 'stopped';
  // Nothing grows after a stop.
  const shown = cut ? entry.content : paced;
  const draw = useCitation(entry.sources);
  const growing = isOpen(entry) || shown.length < entry.content.length;
  if (!shown) {
    return cut ? null : (
      <p class="words dots" aria-label="The answer is on its way">
        <span />
        <span />
        <span />
      </p>
    );
  }
  return (
    <div class={`words${growing ? ' growing' : ''}`}>
      <Markdown text={shown} growing={growing || cut} citation={draw} />
      {!growing && <Sources sources={entry.sources} />}
    </div>
  );
}

function Time({ of }: { of: number }) {
  const time = new Date(of);
  const isToday = time.toDateString() === new Date().toDateString();
  return (
    <time dir="auto" dateTime={time.toISOString()}>
      {time.toLocaleString(undefined, { timeStyle: 'short', ...(isToday ? {} : { dateStyle: 'medium' }) })}
    </time>
  );
}
