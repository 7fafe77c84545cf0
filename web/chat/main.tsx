import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/markdown.css';
import './layout.css';
import './messages.css';
import { render } from 'preact';
import { createChatApi, mintVisitor } from '../shared/api.ts';
import { createVisitor } from '../shared/visitor.ts';
import { rememberedIn, threadMemory } from './browser-memory.ts';
import { createConversation } from './conversation.ts';
import { pause, wait } from './online.ts';
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

const tabs = 'BroadcastChannel' in globalThis ? new BroadcastChannel('switchboard.threads') : undefined;
let turnsHere = 0;
const conversation = createConversation({
  api: createChatApi(mode, visitor, fetch),
  memory: threadMemory(mode, rememberedIn('sessionStorage'), browser),
  stream: { wait, pause, random: Math.random },
  key: () => `asked-here-${++turnsHere}`,
  tellTabs: thread => tabs?.postMessage(thread),
});
tabs?.addEventListener('message', ({ data }) => void conversation.threadChanged(String(data)));
void conversation.open();

/** `site-help` is `Site help`; the mode that needs no name has the product's. */
const title = mode === 'default' ? 'Switchboard' : mode.charAt(0).toUpperCase() + mode.slice(1).replace(/[-_]+/g, ' ');
document.title = title;

const place = document.getElementById('page');
if (place) render(<Page title={title} conversation={conversation} />, place);
