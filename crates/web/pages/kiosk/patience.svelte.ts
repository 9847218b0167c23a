// Time for a customer: a question before anybody is sent back to the start, and as much more as they ask for.

/** Nobody touched anything for so long: are they still there? Seconds. */
const QUIET_S = 25;
/** How long the question stands. */
const ASK_S = 20;
/** What "more time" gives before the next question. */
const MORE_S = 90;

export class Patience {
  /** Seconds until the page starts over, while the question stands. */
  left: number | undefined = $state();
  #quiet = 0;
  #granted = QUIET_S;

  /** Something was touched. */
  touched(): void {
    if (this.left === undefined) this.#quiet = 0;
  }

  /** The customer asked for more. */
  more(): void {
    this.left = undefined;
    this.#quiet = 0;
    this.#granted = MORE_S;
  }

  /** The next customer. */
  reset(): void {
    this.left = undefined;
    this.#quiet = 0;
    this.#granted = QUIET_S;
  }

  /** A second passed. `waits`: the page waits for a customer who has begun. True when their time is over. */
  tick(waits: boolean): boolean {
    if (!waits) {
      this.reset();
      return false;
    }
    if (this.left === undefined) {
      this.#quiet += 1;
      if (this.#quiet >= this.#granted) this.left = ASK_S;
      return false;
    }
    this.left -= 1;
    return this.left <= 0;
  }
}
