import { useRef } from 'preact/hooks';
import { type Attached, attach } from './attached-files.ts';
import { AttachIcon } from './icons.tsx';

export interface AttachProps {
  readonly attached: Attached;
  readonly onChange: (attached: Attached) => void;
}

/** Opens the browser's own choice of files. */
export function AttachButton({ attached, onChange }: AttachProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept="text/*,.txt,.md,.csv,.json,.log"
        onChange={event => {
          const { currentTarget } = event;
          const chosen = [...(currentTarget.files ?? [])];
          // So that the same file can be chosen again after it was removed.
          currentTarget.value = '';
          void attach(attached.files, chosen).then(onChange);
        }}
      />
      <button
        type="button"
        class="attach"
        aria-label="Attach text files"
        title="Attach text files"
        onClick={() => input.current?.click()}
      >
        <AttachIcon />
      </button>
    </>
  );
}

/** The files that go with the next question, and why a file was not taken. */
export function AttachedList({ attached: { files, refusal }, onChange }: AttachProps) {
  return (
    <div class="attached" role="status">
      {files.map(({ name }) => (
        <span key={name} class="file">
          <span class="file-name" dir="auto">
            {name}
          </span>
          <button
            type="button"
            aria-label={`Remove ${name}`}
            onClick={() => onChange({ files: files.filter(file => file.name !== name) })}
          >
            ×
          </button>
        </span>
      ))}
      {refusal && <p class="refusal">{refusal}</p>}
    </div>
  );
}
