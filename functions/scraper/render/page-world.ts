import type { CDPSession } from 'playwright-core';
import type { Clock } from '../../platform/clock.ts';
import { within } from '../../platform/within.ts';

/** The page does not answer: a script of it never ends, or its process has died. */
export class PageStuck extends Error {
  override readonly name = 'PageStuck';
}

/** Runs our own code inside a page, apart from the page's scripts. */
export interface PageWorld {
  /**
   * The value of the expression, in the document that the page shows now; a promise's value where it is one. Where the
   * page goes to another document meanwhile it is asked again, unless `once`. Throws `PageStuck` when the value does
   * not come in time.
   */
  evaluate<T>(expression: string, ms: number, once?: 'once'): Promise<T>;
  /** Stops the script that runs now, and lets none run any more. */
  freeze(): Promise<void>;
}

/** A document that goes away while it is asked is asked again, so often. */
const tries = 5;

/** The isolated world of the page. `signal` ends what is under way. */
export function openWorld(session: CDPSession, clock: Clock, signal: AbortSignal): PageWorld {
  const late = () => new PageStuck('the scripts of the page never end');

  async function evaluateOnce<T>(expression: string): Promise<T> {
    const { frameTree } = await session.send('Page.getFrameTree');
    const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', {
      frameId: frameTree.frame.id,
      worldName: 'switchboard',
    });
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      contextId,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails)
      throw new Error(`the page can not be read: ${exceptionDetails.exception?.description ?? ''}`);
    // The caller knows what its expression is.
    return result.value as T;
  }

  return {
    evaluate<T>(expression: string, ms: number, once?: 'once') {
      if (once) return within(ms, () => evaluateOnce<T>(expression), late, clock, signal);
      return within(ms, ends => again(() => evaluateOnce<T>(expression), clock, ends), late, clock, signal);
    },
    async freeze() {
      await quietly(session, 'Runtime.terminateExecution');
      await quietly(session, 'Emulation.setScriptExecutionDisabled', { value: true });
    },
  };
}

const quietly = (session: CDPSession, ...command: Parameters<CDPSession['send']>): Promise<unknown> =>
  session.send(...command).catch(() => undefined);

async function again<T>(step: () => Promise<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await step();
    } catch (error) {
      signal.throwIfAborted();
      if (failures >= tries || !isGone(error)) throw error;
      await clock.sleep(100, signal);
    }
  }
}

/** What Chromium says when the page has gone to another document meanwhile. */
const isGone = (error: unknown): boolean =>
  error instanceof Error &&
  /Cannot find context|context was destroyed|No frame for given id|Inspected target navigated|navigated or closed/i.test(
    error.message,
  );
