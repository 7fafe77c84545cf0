export interface SubmitProps {
  readonly busy: boolean;
  /** Why the last try failed. */
  readonly problem: string | undefined;
  readonly words: string;
}

/** The end of a form: what went wrong, and the button, which keeps the focus while it works. */
export function Submit({ busy, problem, words }: SubmitProps) {
  return (
    <>
      <div role="alert">{problem && <p class="problem">{problem}</p>}</div>
      <button type="submit" class="first" aria-disabled={busy}>
        {busy ? 'One moment…' : words}
      </button>
    </>
  );
}
