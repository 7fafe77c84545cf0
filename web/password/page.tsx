import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ChooseForm } from './choose-form.tsx';
import { RequestForm } from './request-form.tsx';

type View =
  | { readonly kind: 'choose'; readonly token: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'void'; readonly reason: string; readonly newLink: boolean }
  | { readonly kind: 'forgotten'; readonly address: string }
  | { readonly kind: 'mailed'; readonly to: string };

const titles: Readonly<Record<View['kind'], string>> = {
  choose: 'Choose a password',
  done: 'Your password is set',
  void: 'This link does not work',
  forgotten: 'Forgotten password',
  mailed: 'Check your mail',
};

export interface PageProps {
  /** The token of the link by which the page was opened. */
  readonly token: string | undefined;
  /** The mail address of the person whom the link is for. Empty when it is not known. */
  readonly address: string;
}

/** Where a mailed link leads: a password is chosen here, or a new link asked for. */
export function Page({ token, address }: PageProps) {
  const [view, show] = useState<View>(token ? { kind: 'choose', token } : { kind: 'forgotten', address });
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    document.title = `${titles[view.kind]} · Switchboard`;
    // Screen readers and the keyboard continue at the new part.
    if (!first.current) heading.current?.focus();
    first.current = false;
  }, [view]);
  return (
    <div class="password">
      <header>
        <img src="/favicon.svg" alt="" width="32" height="32" />
        Switchboard
      </header>
      <main>
        {view.kind === 'done' && <Done />}
        <h1 ref={heading} tabIndex={-1}>
          {titles[view.kind]}
        </h1>
        <Content view={view} address={address} show={show} />
      </main>
    </div>
  );
}

function Content({ view, address, show }: { view: View; address: string; show: (view: View) => void }) {
  const mailed = (to: string) => show({ kind: 'mailed', to });
  if (view.kind === 'choose')
    return (
      <ChooseForm
        token={view.token}
        address={address}
        onDone={() => show({ kind: 'done' })}
        onVoid={(reason, newLink) => show({ kind: 'void', reason, newLink })}
      />
    );
  if (view.kind === 'done')
    return (
      <>
        <p>
          Sign in with the new password from now on. Where you are still signed in with the old one, you are
          signed out within the hour.
        </p>
        <p>
          <a href="/docs#signIn">How to sign in</a>
        </p>
      </>
    );
  if (view.kind === 'void')
    return (
      <>
        <p>{view.reason}</p>
        {view.newLink && (
          <>
            <p>We can mail you another:</p>
            <RequestForm address={address} onMailed={mailed} />
          </>
        )}
      </>
    );
  if (view.kind === 'forgotten')
    return (
      <>
        <p>We mail you a link. It opens a page where you choose a new password.</p>
        <RequestForm address={view.address} onMailed={mailed} />
        <Aside>
          Have you opened a link already? Open it again from the mail: this page forgets the link when it is
          reloaded.
        </Aside>
      </>
    );
  return (
    <>
      <p>
        If <b dir="auto">{view.to}</b> has an account, a link is on its way. It works once, within 15 minutes.
        Older links stop working.
      </p>
      <Aside>
        Nothing there after a few minutes? Look in the spam folder, and check the spelling of the address. We
        send at most three mails to one address in a quarter of an hour.
      </Aside>
      <button type="button" class="second" onClick={() => show({ kind: 'forgotten', address: view.to })}>
        Ask for another link
      </button>
    </>
  );
}

const Done = () => (
  <svg class="done" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
    <circle cx="24" cy="24" r="24" />
    <path d="m15.5 24.8 5.7 5.7 11.6-12.4" />
  </svg>
);

const Aside = ({ children }: { children: ComponentChildren }) => <p class="aside">{children}</p>;
