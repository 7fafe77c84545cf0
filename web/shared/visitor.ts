import type * as z from 'zod';
import type { visitor } from '../../functions/chat/runs-api/schema.ts';

export type VisitorReply = z.output<typeof visitor>;

/** What a page shows of its mode. */
export type Greeting = Pick<VisitorReply, 'title' | 'intro' | 'prompts' | 'color' | 'text_color'>;

/** Text kept by the browser under a name; a browser that keeps nothing behaves like an empty one. */
export interface Remembered {
  read(name: string): string | undefined;
  write(name: string, text: string): void;
  forget(name: string): void;
}

export interface VisitorEffects {
  readonly remembered: Remembered;
  /**
   * Asks the server for a token: the same visitor's when the old one is given and still valid, else a new visitor's.
   */
  mint(oldToken: string | undefined): Promise<VisitorReply>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Runs the work while no other tab runs work of that name: two tabs must not become two visitors. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** A token with less than this left is renewed before it is used, since a stream must not outlive it. */
const renewBefore = 60 * 60 * 1000;

/** The visitor that this browser is for the server, in one mode. */
export interface VisitorSession {
  /** Renews the token, and learns how the mode presents itself now. */
  meet(): Promise<Greeting>;
  /** A token that works for an hour at least. */
  token(): Promise<string>;
  /** A token other than the one that the server refused. */
  replace(refused: string): Promise<string>;
}

/**
 * The visitor of this browser in a mode, kept across reloads and shared by its tabs. A renewed token is the same
 * visitor's, who keeps the conversations. When the old token is refused, the browser becomes a new visitor.
 */
export function createVisitor(mode: string, effects: VisitorEffects): VisitorSession {
  const { remembered, now } = effects;
  const name = `switchboard.visitor.${mode}`;

  const kept = (): { token: string; expiresAt: number } | undefined => {
    const [token, expiry] = (remembered.read(name) ?? '').split(' ');
    const expiresAt = Number(expiry);
    return token && expiresAt > now() ? { token, expiresAt } : undefined;
  };
  const lasting = (): string | undefined => {
    const current = kept();
    return current && current.expiresAt - now() > renewBefore ? current.token : undefined;
  };
  const mint = async (oldToken: string | undefined): Promise<VisitorReply> => {
    const reply = await effects.mint(oldToken);
    remembered.write(name, `${reply.token} ${Date.parse(reply.expires_at)}`);
    return reply;
  };

  return {
    meet: () => effects.alone(name, () => mint(kept()?.token)),
    token: async () =>
      lasting() ?? effects.alone(name, async () => lasting() ?? (await mint(kept()?.token)).token),
    replace: refused =>
      effects.alone(name, async () => {
        const latest = kept();
        if (latest && latest.token !== refused) return latest.token;
        remembered.forget(name);
        return (await mint(undefined)).token;
      }),
  };
}
