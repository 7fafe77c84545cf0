import type { Remembered } from '../shared/visitor.ts';

/**
 * The name under which a browser keeps a widget's conversation. `key` is the widget's key with the mode that its page
 * names, so that two widgets of one site keep theirs apart.
 */
export const sessionName = (key: string): string => `cc_session_id.${key}`;
export const messagesName = (key: string): string => `cc_messages.${key}`;

/** Kept beside the messages, since the loader reads it on every page and need not read fifty messages for it. */
export const unfinishedName = (key: string): string => `cc_unfinished.${key}`;

/** An answer came while the widget was closed, and it has not been opened since. */
export const unreadName = (key: string): string => `cc_unread.${key}`;

/** Whether an answer was on its way when the page before this one was left. */
export const hasUnfinished = (remembered: Remembered, key: string): boolean =>
  remembered.read(unfinishedName(key)) !== undefined;
