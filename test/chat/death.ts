import { expect } from 'vitest';
import { claim } from '../../functions/chat/run/claim.ts';
import { openLog } from '../../functions/chat/run/event-log.ts';
import { findRun } from '../../functions/chat/run/find-run.ts';
import type { Turn } from '../../functions/chat/run/turn.ts';
import type { RunId } from '../../functions/platform/ids.ts';
import type { ChatWorld } from './chat-world.ts';

export async function turnOf(chat: ChatWorld, run: string): Promise<Turn> {
  const turn = await findRun(chat.workspace, run as RunId, chat.effects);
  if (!turn) throw new Error(`no run ${run}`);
  return turn;
}

/** A process claims the run, says something and dies; returns the turn as it had it. */
export async function dieAfterSaying(chat: ChatWorld, run: string, ...texts: string[]): Promise<Turn> {
  const claimed = await claim(chat.workspace, await turnOf(chat, run), chat.effects);
  if (claimed.kind !== 'claimed') throw new Error(`the run is ${claimed.kind}`);
  const log = openLog(chat.workspace, claimed.turn, 0, new AbortController(), chat.effects);
  for (const text of texts) log.add({ type: 'token', data: { text } }, 'now');
  await expect.poll(() => log.last, { interval: 5 }).toBe(texts.length);
  chat.restart();
  return claimed.turn;
}
