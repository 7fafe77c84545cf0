import type { Clock } from '../clock.ts';
import { ModelError } from './model.ts';

/**
 * Aborts what takes too long. Its signal is also aborted with the caller's. It uses one sleep at a time, and sleeps
 * again when it ends too early: a timer for every event of a stream would cost more than the event.
 */
export class Watchdog {
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  readonly #stopped = new AbortController();
  readonly #caller: AbortSignal;
  #due = Number.POSITIVE_INFINITY;
  #message = '';
  #asleepUntil = Number.NEGATIVE_INFINITY;
  #wake = new AbortController();

  constructor(clock: Clock, caller: AbortSignal) {
    this.#clock = clock;
    this.#caller = caller;
    if (caller.aborted) this.#passOn();
    caller.addEventListener('abort', this.#passOn, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Expects the next event within `ms`. Without another call until then, the signal is aborted with a `ModelError` of
   * that message.
   */
  expect(ms: number, message: string): void {
    this.#due = this.#clock.now() + Math.max(0, ms);
    this.#message = message;
    if (this.#asleepUntil <= this.#due && this.#asleepUntil !== Number.NEGATIVE_INFINITY) return;
    this.#wake.abort();
    this.#wake = new AbortController();
    void this.#watch(this.#wake.signal);
  }

  /** Ends the watch, and aborts the signal, which closes the provider's connection. */
  stop(): void {
    this.#caller.removeEventListener('abort', this.#passOn);
    this.#stopped.abort();
    this.#wake.abort();
    this.#controller.abort();
  }

  readonly #passOn = () => this.#controller.abort(this.#caller.reason);

  async #watch(woken: AbortSignal): Promise<void> {
    while (!woken.aborted && this.#clock.now() < this.#due) {
      this.#asleepUntil = this.#due;
      try {
        await this.#clock.sleep(this.#due - this.#clock.now(), woken);
      } catch {
        // Woken: a new watch has begun, or it was stopped.
        return;
      }
    }
    if (!woken.aborted) this.#controller.abort(new ModelError('timeout', this.#message));
  }
}
