import { connectFunction } from '../../platform/aws/invoke.ts';
import { userAgentOf } from '../fetch/user-agent.ts';
import { type RenderReply, type RenderRequest, renderReply } from './schema.ts';

/** Shows a page in a browser. Throws only the signal's reason; what can not be shown is a `failed` reply. */
export type Render = (request: RenderRequest, signal: AbortSignal) => Promise<RenderReply>;

/** A page takes up to 45 s, or 65 s in the heavy pass, and the browser up to 30 s to start. */
const timeoutMs = 105_000;

/**
 * By the function of that name. What it answers is checked: it shows pages of strangers. `contact`: see `userAgentOf`.
 */
export function remoteRenderer(functionName: string, contact: string): Render {
  const invoke = connectFunction({ name: functionName, timeoutMs });
  const userAgent = userAgentOf(contact);
  const once = async (request: RenderRequest, signal: AbortSignal): Promise<RenderReply> => {
    try {
      return renderReply.parse(await invoke({ userAgent, ...request }, signal));
    } catch {
      signal.throwIfAborted();
      return { kind: 'failed', why: 'browser', reason: 'the browser that shows pages does not answer' };
    }
  };
  return async (request, signal) => {
    const reply = await once(request, signal);
    // A page may have killed the browser that another one was in.
    return reply.kind === 'failed' && reply.why === 'browser' ? once(request, signal) : reply;
  };
}
