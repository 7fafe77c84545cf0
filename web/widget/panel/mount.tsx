import { createRef, render } from 'preact';
import markdownStyles from '../../shared/markdown.css?inline';
import { pause, wait } from '../../shared/online.ts';
import { rememberedIn } from '../../shared/remembered.ts';
import type { Panel, PanelContext } from '../panel-contract.ts';
import { createWidgetApi } from './api.ts';
import { createConversation } from './conversation.ts';
import { isOpen } from './entry.ts';
import { createHistory } from './history.ts';
import messageStyles from './messages.css?inline';
import panelStyles from './panel.css?inline';
import { randomUuid } from './random-uuid.ts';
import { View } from './view.tsx';

/** The most characters of an address that the API takes. */
const addressLength = 4_000;

/** The page's address without what may be private in it: a query can hold a token, and a fragment too. */
const hostPage = () => ({
  userAgent: navigator.userAgent,
  url: /^https?:$/.test(location.protocol)
    ? (location.origin + location.pathname).slice(0, addressLength)
    : undefined,
});

/** Draws the conversation into the frame that the loader has made. */
export function mountPanel({
  place,
  adopt,
  options,
  settings,
  close,
  answered,
  toggleSize,
}: PanelContext): Panel {
  adopt(markdownStyles + messageStyles + panelStyles);
  const conversation = createConversation({
    api: createWidgetApi(options, hostPage(), globalThis.fetch.bind(globalThis)),
    history: createHistory(options.keptUnder, rememberedIn('localStorage'), randomUuid),
    stream: { wait, pause, random: Math.random },
    streaming: options.streaming,
    now: Date.now,
    newId: randomUuid,
  });
  conversation.subscribe(() => {
    if (!conversation.state().entries.some(isOpen)) answered();
  });
  const field = createRef<HTMLTextAreaElement>();
  let fullscreen = false;
  const draw = (size: { expanded: boolean; fullscreen: boolean }): void => {
    ({ fullscreen } = size);
    render(
      <View
        settings={settings}
        conversation={conversation}
        field={field}
        size={size}
        onClose={close}
        onSize={toggleSize}
      />,
      place,
    );
  };
  draw({ expanded: false, fullscreen: false });
  return {
    ask: question => conversation.ask(question),
    // Not the field on a phone: its keyboard would hide what is to be read first.
    opened: () => (fullscreen ? place.querySelector<HTMLElement>('.scroll') : field.current)?.focus(),
    sized: draw,
  };
}
