import { ApiError } from '../../shared/api.ts';
import { followEvents, type StreamEffects } from '../../../functions/platform/portable/event-stream.ts';
import type { WidgetApi } from './api.ts';
import type { AttachedFile } from './attached-files.ts';
import { apology, applyEvent, type Entry, failed, finished, isOpen, stopped } from './entry.ts';
import type { History } from './history.ts';

export interface ConversationState {
  readonly entries: readonly Entry[];
  /** `lost`: the answer's stream broke and is being resumed. */
  readonly connection: 'open' | 'lost';
}

export interface ConversationEffects {
  readonly api: WidgetApi;
  readonly history: History;
  readonly stream: Omit<StreamEffects, 'request'>;
  readonly streaming: boolean;
  now(): number;
  newId(): string;
}

/** The widget's conversation: its state changes by the calls below and by what the server sends. */
export interface Conversation {
  state(): ConversationState;
  /** Calls the listener after every change. Returns a function that stops this. */
  subscribe(listener: () => void): () => void;
  /** Asks the question. False while an answer is on its way: one question is asked at a time. */
  ask(question: string, files?: readonly AttachedFile[]): boolean;
  /** Stops the answer that is on its way. Its text so far stays. */
  stop(): void;
  /** Asks the question of the last answer again, which failed or was stopped. */
  retry(): void;
  clear(): void;
}

const filesGone = 'The files are no longer here. Attach them again.';

/** Reads the conversation that the browser has kept, and resumes an answer that was on its way. */
export function createConversation(effects: ConversationEffects): Conversation {
  const { api, history } = effects;
  const listeners = new Set<() => void>();
  let state: ConversationState = { entries: history.read(), connection: 'open' };
  let following = new AbortController();
  /** The files of the last question. They are not kept when the visitor leaves the page. */
  let sent: readonly AttachedFile[] = [];

  const change = (next: Partial<ConversationState>, keep: boolean): void => {
    state = { ...state, ...next };
    if (keep) history.write(state.entries);
    for (const listener of listeners) listener();
  };
  const entry = (role: Entry['role'], content: string, state: Entry['state']): Entry => ({
    id: effects.newId(),
    role,
    content,
    sources: [],
    timestamp: effects.now(),
    state,
  });
  /**
   * Changes the answer with the id, unless it has ended. A change that only adds text is not stored each time, since a
   * resumed stream sends the text again.
   */
  const update = (id: string, by: (entry: Entry) => Entry): void => {
    let keep = false;
    const entries = state.entries.map(one => {
      if (one.id !== id || !isOpen(one)) return one;
      const next = by(one);
      keep = next.state !== one.state || next.resume !== one.resume;
      return next;
    });
    change({ entries }, keep);
  };

  /**
   * Cancels the answer on the server. The visitor no longer sees it either way. A server that the call does not reach
   * completes the answer first, and then answers the next question.
   */
  const cancel = (resume: unknown): void => {
    if (typeof resume === 'string') api.cancel(resume).catch(() => {});
  };

  const follow = async (answer: string, first: Response | undefined, signal: AbortSignal): Promise<void> => {
    let opened = first;
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    const current = () => state.entries.find(({ id }) => id === answer);
    const end = await followEvents(
      {
        onEvent(event) {
          update(answer, entry => applyEvent(entry, event));
          const now = current();
          if (now && isOpen(now)) return;
          stop.abort();
          // It was stopped before the stream had sent the address to cancel it by.
          if (event.type === 'start') cancel(event.data['resume']);
        },
        onConnection: connection => change({ connection }, false),
      },
      {
        ...effects.stream,
        async request(lastEventId, signal) {
          const now = opened;
          opened = undefined;
          if (now) return now;
          const resume = current()?.resume;
          if (!resume) throw stop.abort();
          return api.resume(resume, lastEventId, signal);
        },
      },
      both,
    );
    if (signal.aborted) return;
    if (end.end === 'refused') return update(answer, entry => failed(entry, apology));
    // It is left without an error: the stream broke before it had sent the address to resume it by.
    update(answer, entry => (end.end === 'done' ? finished(entry) : failed(entry, apology)));
  };
  const answerTo = async (message: string, answer: string, signal: AbortSignal): Promise<void> => {
    const question = { message, files: sent, session: history.session() };
    try {
      if (effects.streaming) {
        return await follow(answer, await api.ask(question, signal), signal);
      }
      const { text, sources } = await api.askWhole(question, signal);
      update(answer, entry => finished({ ...entry, content: text, sources }));
    } catch (error) {
      if (signal.aborted) return;
      update(answer, entry => failed(entry, error instanceof ApiError ? error.message : apology));
    } finally {
      if (!signal.aborted) change({ connection: 'open' }, true);
    }
  };
  /** Stops following the answer, so that nothing of it comes in later. */
  const leave = (): void => {
    const resume = state.entries.find(isOpen)?.resume;
    // A stream that has not sent its address yet is canceled when it does.
    if (resume || !effects.streaming) following.abort();
    following = new AbortController();
    cancel(resume);
  };
  const busy = () => state.entries.some(isOpen);
  const ask = (question: string, files: readonly AttachedFile[] = []): boolean => {
    if (busy()) return false;
    sent = files;
    const answer = entry('assistant', '', 'sending');
    const asked = entry('user', question, 'done');
    const named = files.length > 0 ? { ...asked, files: files.map(({ name }) => name) } : asked;
    change({ entries: [...state.entries, named, answer] }, true);
    void answerTo(question, answer.id, following.signal);
    return true;
  };

  const unfinished = state.entries.findLast(isOpen);
  if (unfinished) {
    // From its beginning, since the text so far was not kept.
    update(unfinished.id, entry => ({ ...entry, content: '', sources: [] }));
    const { signal } = following;
    void follow(unfinished.id, undefined, signal).finally(() => {
      if (!signal.aborted) change({ connection: 'open' }, true);
    });
  }
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ask,
    stop() {
      if (!busy()) return;
      leave();
      const entries = state.entries.map(one => (isOpen(one) ? stopped(one) : one));
      change({ entries, connection: 'open' }, true);
    },
    retry() {
      const { entries } = state;
      const [question, answer] = entries.slice(-2);
      if (!answer || !/failed|stopped/.test(answer.state) || question?.role !== 'user') return;
      if (question.files && sent.length === 0)
        return change({ entries: [...entries.slice(0, -1), failed(answer, filesGone)] }, true);
      change({ entries: entries.slice(0, -2) }, false);
      ask(question.content, question.files && sent);
    },
    clear() {
      leave();
      history.clear();
      change({ entries: [], connection: 'open' }, false);
    },
  };
}
