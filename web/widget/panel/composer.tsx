import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { turnPageBy } from '../../shared/follow-end.ts';
import { questionLength } from '../panel-contract.ts';
import { AttachButton, AttachedList } from './attach.tsx';
import type { Attached, AttachedFile } from './attached-files.ts';
import { SendIcon, StopIcon } from './icons.tsx';
import { lengthOf } from '../../../functions/platform/portable/text-length.ts';

const tallest = 120;

export interface ComposerProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly busy: boolean;
  readonly takesFiles: boolean;
  readonly onSend: (question: string, files: readonly AttachedFile[]) => void;
  readonly onStop: () => void;
  /** Moves the conversation by so many pages; less than 0: towards its beginning. */
  readonly onTurnPage: (pages: number) => void;
}

/**
 * The field for a question: it grows with the text, Enter sends, Shift+Enter begins a line. What is pasted stays whole:
 * cut without a word, it would be another question.
 */
export function Composer({ field, busy, takesFiles, onSend, onStop, onTurnPage }: ComposerProps) {
  const [draft, setDraft] = useState('');
  const [attached, setAttached] = useState<Attached>({ files: [] });
  const left = questionLength - lengthOf(draft.trim());
  const ready = draft.trim() !== '' && left >= 0 && !busy;

  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.setProperty('height', 'auto');
    // Hidden, the field has no height yet: it keeps its one line.
    if (area.scrollHeight > 0) area.style.setProperty('height', `${Math.min(area.scrollHeight, tallest)}px`);
  }, [draft]);

  const change = (next: Attached) => {
    setAttached(next);
    // The button that was pressed may be gone.
    field.current?.focus();
  };
  const send = () => {
    field.current?.focus();
    if (!ready) return;
    onSend(draft.trim(), attached.files);
    setDraft('');
    setAttached({ files: [] });
  };
  return (
    <form
      class="composer"
      onSubmit={event => {
        event.preventDefault();
        send();
      }}
    >
      {takesFiles && <AttachedList attached={attached} onChange={change} />}
      {takesFiles && <AttachButton attached={attached} onChange={change} />}
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        value={draft}
        aria-label="Your question"
        aria-invalid={left < 0}
        placeholder="Ask a question"
        enterkeyhint="send"
        autoComplete="off"
        onInput={event => setDraft(event.currentTarget.value)}
        onKeyDown={event => {
          // While an input method composes a word, Enter chooses it (229: Safari says so only by the code).
          if (event.isComposing || event.keyCode === 229) return;
          turnPageBy(event, onTurnPage);
          if (event.key !== 'Enter' || event.shiftKey) return;
          event.preventDefault();
          send();
        }}
      />
      {left <= 200 && (
        <span class="left" role="status" dir="auto">
          {left < 0 ? `${-left} characters too many` : `${left} left`}
        </span>
      )}
      {busy ? (
        // Another element than the one it stands in for: pressed, that would send what is typed by now.
        <button
          key="stop"
          type="button"
          class="send"
          aria-label="Stop answering"
          title="Stop answering"
          // The second press of a double one was meant for the button that was here before.
          onClick={({ detail }) => detail < 2 && onStop()}
        >
          <StopIcon />
        </button>
      ) : (
        <button key="send" type="submit" class="send" disabled={!ready} aria-label="Send">
          <SendIcon />
        </button>
      )}
    </form>
  );
}
