// What the screens of the branch show, learned from the lobby and looked at again: its file may change with a restart
// that is too short to be seen.
import { ask } from '../shared/api.ts';
import { backoff } from '../shared/backoff.ts';
import type { ScreenList } from '../shared/types.ts';

const AGAIN_MS = 60_000;

/** Keeps `list` true from `start` to `stop`. */
export class Learning {
  /** `undefined` until the lobby has told it. */
  list: ScreenList | undefined = $state.raw();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #running = false;

  start(): void {
    this.#running = true;
    void this.#ask();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  /** Asks now: there is reason to believe that something changed. */
  again(): void {
    if (!this.#running) return;
    clearTimeout(this.#timer);
    void this.#ask();
  }

  async #ask(): Promise<void> {
    let pause = AGAIN_MS;
    try {
      const list = await ask<ScreenList>('/api/v1/screens', { role: 'screen' });
      if (JSON.stringify(list) !== JSON.stringify(this.list)) this.list = list;
      this.#failures = 0;
    } catch (error) {
      // The stream says what is wrong with the link; what was learned stays.
      console.warn('the settings of the screens could not be read', error);
      this.#failures += 1;
      pause = backoff(this.#failures, 500, 5_000);
    }
    if (this.#running) this.#timer = setTimeout(() => void this.#ask(), pause);
  }
}
