import type { Effects } from '../platform/effects.ts';
import type { WorkspaceId } from '../platform/ids.ts';
import { recentReads } from '../platform/recent-reads.ts';

/**
 * Sends a request for the workspace, unless this process has sent it a short while ago. Never throws: whoever asks has
 * other work to end. A request that failed is logged and not remembered, so the next caller sends it.
 */
export type SeldomRequest = (
  /** The queue or the index that it is about. Two deployments in one process (in tests) share no request. */
  source: object,
  workspace: WorkspaceId,
  send: () => Promise<void>,
  effects: Pick<Effects, 'clock' | 'log'>,
) => Promise<void>;

/** `everyMs`: at most one request in that time. `failure`: the name of a failed one in the log. */
export function seldomRequest(everyMs: number, failure: string): SeldomRequest {
  const sent = recentReads<true>(everyMs);
  return async (source, workspace, send, { clock, log }) => {
    try {
      await sent.get(source, workspace, clock, async () => {
        await send();
        return true;
      });
    } catch (error) {
      log.error(failure, error, { workspace });
    }
  };
}
