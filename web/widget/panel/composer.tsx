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
  /** Scrolls the conversation by so many pages; below 0 towards its beginning. */
  readonly onTurnPage: (pages: number) => void;
}

/**
 * The field for a question. It grows with the text. Enter sends, Shift+Enter begins a line. A pasted text is never cut,
 * since the rest would be another question.
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
    // A hidden field has no height: it keeps its one line.
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
        // A new element and not a changed one: a press that is under way must not send what is typed by now.
        <button
          key="stop"
          type="button"
          class="send"
          aria-label="Stop answering"
          title="Stop answering"
          // The second press of a double press was meant for the button that was here before.
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
