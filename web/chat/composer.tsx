import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { SendIcon, StopIcon } from './icons.tsx';
import { questionLength } from './limits.ts';
import { turnPageBy } from '../shared/follow-end.ts';
import { lengthOf } from '../../functions/platform/portable/text-length.ts';

export interface ComposerProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  /** Whether a run goes on. It can be stopped, and no new question can be sent. */
  readonly busy: boolean;
  readonly disabled: boolean;
  readonly onSend: (question: string) => void;
  readonly onStop: () => Promise<void>;
  /** Scrolls the conversation by so many pages; below 0 towards its beginning. */
  readonly onTurnPage: (pages: number) => void;
}

/**
 * The field for a question. It grows with the text. Enter sends, Shift+Enter begins a line, Escape stops the answer. A
 * pasted text is never cut, since the rest would be another question.
 */
export function Composer({ field, busy, disabled, onSend, onStop, onTurnPage }: ComposerProps) {
  const [draft, setDraft] = useState('');
  const [stopping, setStopping] = useState(false);
  const left = questionLength - lengthOf(draft.trim());
  const ready = draft.trim() !== '' && left >= 0 && !busy && !disabled;

  // Before the page is painted: text and field grow in one step.
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.setProperty('height', 'auto');
    area.style.setProperty('height', `${area.scrollHeight}px`);
  }, [draft]);
  useEffect(() => setStopping(false), [busy]);

  const send = () => {
    field.current?.focus();
    if (!ready) return;
    onSend(draft.trim());
    setDraft('');
  };
  const stop = () => {
    field.current?.focus();
    setStopping(true);
    // A stop that did not come through can be tried again.
    void onStop().finally(() => setStopping(false));
  };
  return (
    <form
      class="composer"
      onSubmit={event => {
        event.preventDefault();
        send();
      }}
    >
      <label class="visually-hidden" for="question">
        Your question
      </label>
      <textarea
        id="question"
        ref={field}
        rows={1}
        dir="auto"
        value={draft}
        aria-invalid={left < 0}
        placeholder="Ask a question"
        enterkeyhint="send"
        autoComplete="off"
        onInput={event => setDraft(event.currentTarget.value)}
        onKeyDown={event => {
          // While an input method composes a word, Enter chooses it (229: Safari says so only by the code).
          if (event.isComposing || event.keyCode === 229) return;
          if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            send();
          } else if (event.key === 'Escape' && busy) stop();
          else turnPageBy(event, onTurnPage);
        }}
      />
      {left <= 200 && (
        <span class="left" role="status">
          {left < 0 ? `${-left} characters too many` : `${left} left`}
        </span>
      )}
      {busy ? (
        <button type="button" class="round" disabled={stopping} onClick={stop} aria-label="Stop answering">
          <StopIcon />
        </button>
      ) : (
        <button type="submit" class="round" disabled={!ready} aria-label="Send">
          <SendIcon />
        </button>
      )}
    </form>
  );
}
