import { ApiError, type ChatApi, type Thread } from '../shared/api.ts';
import { followEvents, type StreamEffects } from '../../functions/platform/portable/event-stream.ts';
import { applyEnd, applyEvent, askedTurn, isSettled, type Turn, turnsOf } from './turn.ts';

export interface ConversationState {
  /** `loading`: the history is on its way. `unavailable`: it could not be read, `notice` says why. */
  readonly phase: 'loading' | 'ready' | 'unavailable';
  readonly turns: readonly Turn[];
  /** `lost`: an answer's stream broke and is being resumed. */
  readonly connection: 'open' | 'lost';
  readonly notice: string | undefined;
}

/** Which thread the page shows, kept across reloads. */
export interface ThreadMemory {
  read(): string | undefined;
  write(thread: string): void;
  forget(): void;
}

export interface ConversationEffects {
  readonly api: ChatApi;
  readonly memory: ThreadMemory;
  readonly stream: Omit<StreamEffects, 'request'>;
  /** A new key for a turn, unique on this page. */
  key(): string;
  /** Tells the other tabs that a thread has a new turn. */
  tellTabs(thread: string): void;
}

/** A conversation as the page shows it: its state changes by the calls below and by what the server sends. */
export interface Conversation {
  state(): ConversationState;
  /** Calls the listener after every change. Returns a function that stops this. */
  subscribe(listener: () => void): () => void;
  /** Reads the remembered thread, and follows the runs in it that go on. */
  open(): Promise<void>;
  ask(question: string): Promise<void>;
  /** Cancels the run that answers at the moment. */
  stop(): Promise<void>;
  /** Asks a failed, canceled or unsent turn's question again. */
  retry(key: string): Promise<void>;
  startOver(): void;
  /** Call it when another tab has asked something in the thread. */
  threadChanged(thread: string): Promise<void>;
}

/** The message of a caller's error. For a defect it is a general one: a reader must see no stack trace. */
const wording = (error: unknown): string =>
  error instanceof ApiError ? error.message : 'Something went wrong on this page.';

export function createConversation(effects: ConversationEffects): Conversation {
  const { api, memory } = effects;
  const listeners = new Set<() => void>();
  let state: ConversationState = { phase: 'loading', turns: [], connection: 'open', notice: undefined };
  /** Aborts all calls for the thread that is shown, so that a late answer does not land in another conversation. */
  let shown = new AbortController();

  const change = (next: Partial<ConversationState>): void => {
    state = { ...state, ...next };
    for (const listener of listeners) listener();
  };
  const changeTurn = (key: string, update: (turn: Turn) => Turn): void =>
    change({ turns: state.turns.map(turn => (turn.key === key ? update(turn) : turn)) });

  /** Follows the runs that go on, oldest first: the server answers them in this order. */
  let following = false;
  const follow = async (): Promise<void> => {
    if (following) return;
    following = true;
    const { signal } = shown;
    try {
      for (;;) {
        const turn = state.turns.find(candidate => candidate.run && !isSettled(candidate));
        if (!turn?.run || signal.aborted) return;
        await followTurn(turn.key, turn.run, signal);
      }
    } finally {
      if (shown.signal === signal) following = false;
    }
  };
  const followTurn = async (key: string, run: string, signal: AbortSignal): Promise<void> => {
    // A stream is replayed from its start, so text from an earlier look would be there twice.
    changeTurn(key, turn => ({ ...turn, text: '', sources: [] }));
    const outcome = await followEvents(
      {
        onEvent: event => changeTurn(key, turn => applyEvent(turn, event)),
        onConnection: connection => state.connection !== connection && change({ connection }),
      },
      { ...effects.stream, request: (last, abort) => api.openEvents(run, last, abort) },
      signal,
    );
    if (outcome.end === 'left') return;
    change({ connection: 'open' });
    changeTurn(key, turn =>
      outcome.end === 'done'
        ? applyEnd(turn, outcome.status)
        : { ...turn, phase: 'failed', failure: outcome.message },
    );
  };

  const show = (thread: Thread): void => {
    change({ phase: 'ready', turns: turnsOf(thread.messages) });
    void follow().then(restoreUnfinished);
  };

  /** Reads the text of an answer that was stopped or failed. Its run's events have it for a day. */
  const restoreUnfinished = async (): Promise<void> => {
    const { signal } = shown;
    for (const { key, run, question, phase, text } of state.turns) {
      if (!run || text !== '' || (phase !== 'failed' && phase !== 'canceled')) continue;
      let replayed = askedTurn(key, question);
      await followEvents(
        {
          onEvent(event) {
            replayed = applyEvent(replayed, event);
          },
        },
        { ...effects.stream, request: (last, abort) => api.openEvents(run, last, abort) },
        signal,
      );
      if (signal.aborted) return;
      const { text: said, sources } = replayed;
      if (said !== '') changeTurn(key, turn => ({ ...turn, text: said, sources }));
    }
  };

  const leave = (): void => {
    shown.abort();
    shown = new AbortController();
    following = false;
  };

  const cancel = async (run: string): Promise<void> => {
    try {
      await api.cancelRun(run);
    } catch (error) {
      change({ notice: `The answer could not be stopped: ${wording(error)}` });
    }
  };

  /** Turns that were stopped while they were being sent: there was no run to cancel yet. */
  const stoppedEarly = new Set<string>();

  const post = async (key: string, question: string): Promise<void> => {
    const { signal } = shown;
    try {
      const thread = memory.read() ?? (await api.createThread());
      if (signal.aborted) return;
      memory.write(thread);
      const run = await api.postMessage(thread, question);
      effects.tellTabs(thread);
      if (signal.aborted) return;
      changeTurn(key, turn => ({ ...turn, run, phase: 'waiting' }));
      if (stoppedEarly.delete(key)) await cancel(run);
      void follow();
    } catch (error) {
      if (signal.aborted) return;
      const gone = error instanceof ApiError && error.status === 404;
      if (gone) memory.forget();
      const failure = gone
        ? 'This conversation is no longer kept. Try again to begin a new one.'
        : wording(error);
      changeTurn(key, turn => ({ ...turn, phase: 'unsent', failure }));
    }
  };

  /** The run of a question that was sent without a reply, if the server has the question after all. */
  const findSent = async (unsent: Turn): Promise<string | undefined> => {
    const thread = memory.read();
    if (!thread) return undefined;
    const known = new Set(state.turns.map(turn => turn.run));
    const { messages } = await api.readThread(thread);
    const last = messages.findLast(({ role }) => role === 'user');
    return last?.content === unsent.question && !known.has(last.run_id) ? last.run_id : undefined;
  };

  const conversation: Conversation = {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async open() {
      const thread = memory.read();
      if (!thread) return change({ phase: 'ready' });
      change({ phase: 'loading' });
      const { signal } = shown;
      try {
        const read = await api.readThread(thread);
        if (!signal.aborted) show(read);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ApiError && (error.status === 404 || error.status === 422)) {
          memory.forget();
          return change({ phase: 'ready', notice: 'Your earlier conversation is no longer kept here.' });
        }
        change({ phase: 'unavailable', notice: wording(error) });
      }
    },
    async ask(question) {
      const turn = askedTurn(effects.key(), question);
      change({ turns: [...state.turns, turn], notice: undefined });
      await post(turn.key, question);
    },
    async stop() {
      const turn = state.turns.find(candidate => !isSettled(candidate));
      if (turn?.run) await cancel(turn.run);
      else if (turn) stoppedEarly.add(turn.key);
    },
    async retry(key) {
      const turn = state.turns.find(candidate => candidate.key === key);
      if (!turn || !isSettled(turn)) return;
      if (turn.phase !== 'unsent') return conversation.ask(turn.question);
      changeTurn(key, unsent => ({ ...unsent, phase: 'sending', failure: undefined }));
      const { signal } = shown;
      try {
        const run = await findSent(turn);
        if (signal.aborted) return;
        if (!run) return await post(key, turn.question);
        changeTurn(key, sent => ({ ...sent, run, phase: 'waiting' }));
        void follow();
      } catch (error) {
        if (!signal.aborted) changeTurn(key, sent => ({ ...sent, phase: 'unsent', failure: wording(error) }));
      }
    },
    startOver() {
      leave();
      memory.forget();
      change({ phase: 'ready', turns: [], connection: 'open', notice: undefined });
    },
    async threadChanged(thread) {
      if (thread !== memory.read() || state.phase !== 'ready') return;
      const { signal } = shown;
      const read = await api.readThread(thread).catch(() => undefined);
      if (!read || signal.aborted) return;
      const known = new Set(state.turns.map(turn => turn.run));
      const fresh = turnsOf(read.messages).filter(turn => !known.has(turn.run));
      // A question of this page that is on its way has no run yet, and must not be shown twice.
      if (state.turns.some(turn => turn.phase === 'sending')) return;
      if (fresh.length > 0) change({ turns: [...state.turns, ...fresh] });
      void follow();
    },
  };
  return conversation;
}
