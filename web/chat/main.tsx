import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/markdown.css';
import './composer.css';
import './layout.css';
import './sources.css';
import './messages.css';
import { render } from 'preact';
import { ApiError, createChatApi, mintVisitor } from '../shared/api.ts';
import { pause, wait } from '../shared/online.ts';
import { rememberedIn } from '../shared/remembered.ts';
import { createVisitor, type Greeting } from '../shared/visitor.ts';
import { rememberedGreeting, threadMemory } from './browser-memory.ts';
import { createConversation } from './conversation.ts';
import { showColours } from './mode-colours.ts';
import { Page } from './page.tsx';

const mode = new URLSearchParams(location.search).get('mode')?.trim() || 'default';
const browser = rememberedIn('localStorage');
const fetch = globalThis.fetch.bind(globalThis);

const visitor = createVisitor(mode, {
  remembered: browser,
  now: Date.now,
  mint: oldToken => mintVisitor(mode, oldToken, fetch),
  alone: (name, work) => (navigator.locks ? navigator.locks.request(name, work) : work()),
});

const channel = new BroadcastChannel('switchboard.threads');
let turnsHere = 0;
const conversation = createConversation({
  api: createChatApi(mode, visitor, fetch),
  memory: threadMemory(mode, rememberedIn('sessionStorage'), browser),
  stream: { wait, pause, random: Math.random },
  key: () => `asked-here-${++turnsHere}`,
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target, only a window has
  tellTabs: thread => channel.postMessage(thread),
});
channel.addEventListener('message', ({ data }) => void conversation.threadChanged(String(data)));

const place = document.getElementById('page');
const show = (greeting: Greeting | undefined, refusal?: string): void => {
  if (greeting) {
    document.title = greeting.title;
    showColours(greeting);
  }
  if (place) render(<Page greeting={greeting} refusal={refusal} conversation={conversation} />, place);
};
/** What is shown where the mode's own name and looks can not be read. */
const defaultGreeting: Greeting = { title: 'Chat', intro: '', prompts: [] };
const remembered = rememberedGreeting(mode, browser);
show(remembered.read());
visitor.meet().then(
  greeting => {
    remembered.write(greeting);
    show(greeting);
  },
  (error: unknown) => {
    const unknown = error instanceof ApiError && error.status === 404;
    // Only an unknown mode is final. Any other error may pass, and the next call will tell.
    const refusal = `Nobody answers under the name “${mode}”. Check the address of this page.`;
    show(remembered.read() ?? defaultGreeting, unknown ? refusal : undefined);
  },
);
void conversation.open();
