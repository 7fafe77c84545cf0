import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useFollowEnd } from '../shared/follow-end.ts';
import { useOnline } from '../shared/online.ts';
import type { Greeting } from '../shared/visitor.ts';
import { Announcement } from './announcement.tsx';
import { TurnView } from './answer.tsx';
import { Composer } from './composer.tsx';
import type { Conversation, ConversationState } from './conversation.ts';
import { DownIcon, Mark, NewIcon } from './icons.tsx';
import { isSettled } from './turn.ts';
import { Welcome } from './welcome.tsx';

export interface PageProps {
  /** Undefined on a first visit, until the mode has been read. */
  readonly greeting: Greeting | undefined;
  /** Why nobody answers here, if so. */
  readonly refusal: string | undefined;
  readonly conversation: Conversation;
}

export function Page({ greeting, refusal, conversation }: PageProps) {
  const state = useConversation(conversation);
  const field = useRef<HTMLTextAreaElement>(null);
  const { scroller, content, atEnd, goToEnd, turnPage } = useFollowEnd(state.turns.length > 0);
  const busy = state.turns.some(turn => !isSettled(turn));
  const fresh = state.phase === 'ready' && state.turns.length === 0;
  // No focus where it would open a keyboard on the screen: the reader should see the page first.
  useEffect(() => {
    if (matchMedia('(hover: hover) and (pointer: fine)').matches) field.current?.focus();
  }, []);

  const ask = (question: string) => {
    void conversation.ask(question);
    goToEnd(false);
    field.current?.focus();
  };
  const startOver = () => {
    conversation.startOver();
    field.current?.focus();
  };
  return (
    <div class="page">
      {!refusal && (
        <a class="skip" href="#question" onClick={() => field.current?.focus()}>
          Skip to the question field
        </a>
      )}
      <header class="header">
        <div class="brand">
          {greeting && <Mark />}
          <h1 dir="auto" lang="">
            {greeting?.title ?? <span class="visually-hidden">Chat</span>}
          </h1>
        </div>
        {state.turns.length > 0 && (
          <button type="button" class="small" onClick={startOver}>
            <NewIcon />
            <span>New conversation</span>
          </button>
        )}
      </header>
      <main class="scroller" ref={scroller} tabIndex={0} aria-label="Conversation">
        <div class="column" ref={content}>
          {refusal && (
            <Unavailable title="There is no assistant here" notice={refusal}>
              {location.search !== '' && <a href="/">Go to this site’s own assistant</a>}
            </Unavailable>
          )}
          {!refusal && (state.phase === 'loading' || (fresh && !greeting)) && <Loading />}
          {!refusal && state.phase === 'unavailable' && (
            <Unavailable
              title="The conversation could not be loaded"
              notice={state.notice}
              onRetry={() => void conversation.open()}
            />
          )}
          {!refusal && fresh && greeting && <Welcome greeting={greeting} notice={state.notice} onAsk={ask} />}
          {state.turns.map(turn => (
            <TurnView key={turn.key} turn={turn} onRetry={key => void conversation.retry(key)} />
          ))}
        </div>
      </main>
      <footer class="footer">
        {!atEnd && state.turns.length > 0 && (
          <button type="button" class="jump" onClick={() => goToEnd(true)}>
            <DownIcon />
            Latest
          </button>
        )}
        <ConnectionBanner state={state} busy={busy} />
        {!refusal && (
          <>
            <Composer
              field={field}
              busy={busy}
              disabled={state.phase !== 'ready'}
              onSend={ask}
              onStop={() => conversation.stop()}
              onTurnPage={turnPage}
            />
            <p class="fine-print">Answers link to their sources: check what matters.</p>
          </>
        )}
      </footer>
      <Announcement turn={state.turns.at(-1)} />
    </div>
  );
}

function useConversation(conversation: Conversation): ConversationState {
  const [state, setState] = useState(conversation.state());
  useEffect(() => {
    setState(conversation.state());
    return conversation.subscribe(() => setState(conversation.state()));
  }, [conversation]);
  return state;
}

function Loading() {
  return (
    <div class="loading" role="status">
      <span class="visually-hidden">Loading…</span>
      <span class="bar short" />
      <span class="bar" />
      <span class="bar" />
      <span class="bar middle" />
    </div>
  );
}

interface UnavailableProps {
  readonly title: string;
  readonly notice: string | undefined;
  readonly onRetry?: () => void;
  /** A way on. */
  readonly children?: ComponentChildren;
}

function Unavailable({ title, notice, onRetry, children }: UnavailableProps) {
  return (
    <div class="unavailable" role="alert">
      <h2>{title}</h2>
      <p dir="auto">{notice}</p>
      {onRetry && (
        <button type="button" class="small" onClick={onRetry}>
          Try again
        </button>
      )}
      {children}
    </div>
  );
}

/** Says that the connection is lost. Nothing else is: the server goes on with the answer, and the page resumes it. */
function ConnectionBanner({ state, busy }: { state: ConversationState; busy: boolean }) {
  const online = useOnline();
  const words = !online
    ? busy
      ? 'You are offline. The answer continues when you are back.'
      : 'You are offline.'
    : state.connection === 'lost'
      ? 'The connection was lost. Trying again…'
      : state.phase === 'ready' && state.turns.length > 0
        ? state.notice
        : undefined;
  return (
    <div class="banner-place" role="status">
      {words && <p class="banner">{words}</p>}
    </div>
  );
}
