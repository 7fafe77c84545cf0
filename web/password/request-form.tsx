import { useRef, useState } from 'preact/hooks';
import { requestLink } from './requests.ts';
import { Submit } from './submit.tsx';

export interface RequestFormProps {
  readonly address: string;
  readonly onMailed: (to: string) => void;
}

/** Asks for a link by mail. */
export function RequestForm({ address, onMailed }: RequestFormProps) {
  const [username, setUsername] = useState(address);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const send = async () => {
    if (busy) return;
    setProblem(undefined);
    if (!username.includes('@')) {
      setProblem('A mail address is needed, such as name@example.org.');
      field.current?.focus();
      return;
    }
    setBusy(true);
    const refusal = await requestLink(username.trim(), fetch);
    setBusy(false);
    if (refusal) setProblem(refusal.message);
    else onMailed(username.trim());
  };
  return (
    <form
      method="post"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void send();
      }}
    >
      <div class="field">
        <label for="address">Your mail address</label>
        <input
          id="address"
          ref={field}
          type="email"
          name="username"
          autocomplete="username"
          dir="auto"
          required
          maxLength={254}
          value={username}
          onInput={event => setUsername(event.currentTarget.value)}
        />
      </div>
      <Submit busy={busy} problem={problem} words="Mail me a link" />
    </form>
  );
}
