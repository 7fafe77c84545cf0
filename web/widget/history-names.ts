import type { Remembered } from '../shared/visitor.ts';

/**
 * Where a browser keeps a widget's conversation. `key`: the widget's, with the mode that its page names, so that two
 * widgets of one site do not mix theirs.
 */
export const sessionName = (key: string): string => `cc_session_id.${key}`;
export const messagesName = (key: string): string => `cc_messages.${key}`;

/** Beside the messages and not in them: the loader asks on every page, and need not read fifty messages for it. */
export const unfinishedName = (key: string): string => `cc_unfinished.${key}`;

/** An answer came while the widget was closed, and it has not been opened since. */
export const unreadName = (key: string): string => `cc_unread.${key}`;

/** Whether an answer was on its way when the page before this one was left. */
export const hasUnfinished = (remembered: Remembered, key: string): boolean =>
  remembered.read(unfinishedName(key)) !== undefined;
