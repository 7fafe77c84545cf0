import type { RefObject } from 'preact';
import { useEffect, useReducer } from 'preact/hooks';
import { useFollowEnd } from '../../shared/follow-end.ts';
import { useOnline } from '../../shared/online.ts';
import type { WidgetSettings } from '../settings.ts';
import { Announcement } from './announcement.tsx';
import type { AttachedFile } from './attached-files.ts';
import { Composer } from './composer.tsx';
import type { Conversation } from './conversation.ts';
import { type Entry, isOpen } from './entry.ts';
import { ClearIcon, CloseIcon, LargeIcon, SmallIcon } from './icons.tsx';
import { MessageItem } from './message.tsx';

export interface ViewProps {
  readonly settings: WidgetSettings;
  readonly conversation: Conversation;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly size: { readonly expanded: boolean; readonly fullscreen: boolean };
  readonly onClose: () => void;
  readonly onSize: () => void;
}

/** All that is inside the open widget. */
export function View({ settings, conversation, field, size, onClose, onSize }: ViewProps) {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => conversation.subscribe(() => redraw(undefined)), [conversation]);
  const { entries, connection } = conversation.state();
  const { scroller, content, goToEnd, turnPage } = useFollowEnd(entries.length > 0);
  const online = useOnline();
  const last = entries.at(-1);
  const busy = entries.some(isOpen);
  // On a phone the field would bring up a keyboard, which hides what is to be read.
  const settleFocus = () => (size.fullscreen ? scroller : field).current?.focus();
  const ask = (question: string, files?: readonly AttachedFile[]) => {
    conversation.ask(question, files);
    goToEnd(false);
  };
  return (
    <>
      <div class="head">
        <h2 dir="auto" lang="">
          {settings.name}
        </h2>
        {entries.length > 0 && (
          <HeadButton
            label="Clear conversation"
            icon={<ClearIcon />}
            onClick={() => {
              conversation.clear();
              settleFocus();
            }}
          />
        )}
        {!size.fullscreen && (
          <HeadButton
            label={size.expanded ? 'Smaller' : 'Larger'}
            icon={size.expanded ? <SmallIcon /> : <LargeIcon />}
            onClick={onSize}
          />
        )}
        <HeadButton label="Minimize" icon={<CloseIcon />} onClick={onClose} />
      </div>
      <section class="scroll" ref={scroller} tabIndex={0} aria-label="Conversation">
        <div ref={content}>
          <ul class="messages">
            <Welcome words={settings.welcome} />
            {entries.map(entry => (
              <MessageItem
                key={entry.id}
                entry={entry}
                retry={
                  entry === last && !busy
                    ? () => {
                        conversation.retry();
                        settleFocus();
                      }
                    : undefined
                }
              />
            ))}
          </ul>
          {entries.length === 0 && settings.prompts.length > 0 && (
            <ul class="prompts" aria-label="Questions to begin with">
              {settings.prompts.map(prompt => (
                <li key={prompt}>
                  <button
                    type="button"
                    dir="auto"
                    lang=""
                    onClick={() => {
                      ask(prompt);
                      settleFocus();
                    }}
                  >
                    {prompt}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
      </section>
      <Trouble online={online} lost={busy && connection === 'lost'} />
      <Composer
        field={field}
        busy={busy}
        takesFiles={settings.takesFiles}
        onSend={ask}
        onTurnPage={turnPage}
        onStop={() => {
          conversation.stop();
          settleFocus();
        }}
      />
      <p class="advice" dir="auto">
        Answers link to their sources: check what matters.
      </p>
      <Announcement answer={last?.role === 'assistant' ? last : undefined} />
    </>
  );
}

interface HeadButtonProps {
  readonly label: string;
  readonly icon: preact.VNode;
  readonly onClick: () => void;
}

const HeadButton = ({ label, icon, onClick }: HeadButtonProps) => (
  <button type="button" class="head-button" aria-label={label} title={label} onClick={onClick}>
    {icon}
  </button>
);

const Welcome = ({ words }: { words: Entry['content'] }) => (
  <li class="message">
    <div class="words" lang="">
      <p dir="auto">{words}</p>
    </div>
  </li>
);

function Trouble({ online, lost }: { online: boolean; lost: boolean }) {
  return (
    <div class="trouble" role="status" dir="auto">
      {!online ? 'You are offline.' : lost ? 'The connection was lost. Connecting again…' : ''}
    </div>
  );
}
