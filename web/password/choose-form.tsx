import { useRef, useState } from 'preact/hooks';
import { setPassword } from './requests.ts';
import { longestPassword, passwordRules } from './rules.ts';
import { Submit } from './submit.tsx';

export interface ChooseFormProps {
  readonly token: string;
  readonly address: string;
  readonly onDone: () => void;
  /** The link can not be used any more. `newLink`: whether another link would help. */
  readonly onVoid: (reason: string, newLink: boolean) => void;
}

type Field = 'password' | 'again';

/** The new password, twice, judged by the rules that stand above it before it is sent. */
export function ChooseForm({ token, address, onDone, onVoid }: ChooseFormProps) {
  const [typed, setTyped] = useState({ password: '', again: '' });
  const [shown, setShown] = useState(false);
  const [problem, setProblem] = useState<{ message: string; field?: Field }>();
  const [busy, setBusy] = useState(false);
  const fields = { password: useRef<HTMLInputElement>(null), again: useRef<HTMLInputElement>(null) };

  const refuse = (field: Field, message: string) => {
    setProblem({ message, field });
    fields[field].current?.focus();
  };
  const send = async () => {
    if (busy) return;
    setProblem(undefined);
    const missing = passwordRules.filter(([rule]) => !rule.test(typed.password)).map(([, words]) => words);
    if (missing.length > 0) return refuse('password', `The password needs ${missing.join(', ')}.`);
    if (typed.again !== typed.password) return refuse('again', 'The two passwords are not the same.');
    // A browser that offers to keep the password wants it in a field for passwords.
    setShown(false);
    setBusy(true);
    const refusal = await setPassword(token, typed.password, fetch);
    setBusy(false);
    if (!refusal) onDone();
    else if (refusal.kind === 'weak') refuse('password', refusal.message);
    else if (refusal.kind === 'later') setProblem({ message: refusal.message });
    else onVoid(refusal.message, refusal.kind === 'void');
  };
  const input = (field: Field, describedBy?: string) => (
    <input
      id={field}
      ref={fields[field]}
      {...(shown ? { type: 'text' } : { type: 'password' })}
      autocomplete="new-password"
      autocapitalize="none"
      dir="auto"
      spellcheck={false}
      required
      maxLength={longestPassword}
      value={typed[field]}
      aria-invalid={problem?.field === field}
      aria-describedby={describedBy}
      onInput={event => setTyped({ ...typed, [field]: event.currentTarget.value })}
    />
  );
  return (
    <form
      method="post"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void send();
      }}
    >
      {address !== '' && (
        <div class="field">
          <label for="address">Your mail address</label>
          <input
            id="address"
            type="email"
            name="username"
            autocomplete="username"
            dir="auto"
            readOnly
            value={address}
          />
        </div>
      )}
      <div class="rules" id="rules">
        <p>A password needs</p>
        <ul>
          {passwordRules.map(([rule, words]) => (
            <li key={words} class={rule.test(typed.password) ? 'met' : undefined}>
              <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
                <circle cx="8" cy="8" r="7" />
                <path d="m4.8 8.3 2.2 2.2 4.2-4.6" />
              </svg>
              {words}
            </li>
          ))}
        </ul>
      </div>
      <div class="field">
        <div class="label">
          <label for="password">New password</label>
          <button type="button" class="show" aria-pressed={shown} onClick={() => setShown(!shown)}>
            Show<span class="visually-hidden"> the passwords</span>
          </button>
        </div>
        {input('password', 'rules')}
      </div>
      <div class="field">
        <label for="again">The same password again</label>
        {input('again')}
      </div>
      <Submit busy={busy} problem={problem?.message} words="Set the password" />
    </form>
  );
}
