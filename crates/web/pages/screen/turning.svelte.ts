// Pages that turn by themselves where a list is longer than the glass. Calmly: nobody reads a page in less.

const TURN_MS = 8_000;

/** Turns through `items` in pages of `size`, both read anew whenever they change. Made while a component starts. */
export class Turning<T> {
  #page = $state(0);
  readonly #items: () => readonly T[];
  readonly #size: () => number;

  constructor(items: () => readonly T[], size: () => number) {
    this.#items = items;
    this.#size = size;
    $effect(() => {
      if (this.pages < 2) return undefined;
      const timer = setInterval(() => (this.#page = (this.page + 1) % this.pages), TURN_MS);
      return () => clearInterval(timer);
    });
  }

  readonly pages = $derived.by(() => Math.max(1, Math.ceil(this.#items().length / this.#size())));

  /** From 0. */
  readonly page = $derived.by(() => Math.min(this.#page, this.pages - 1));

  readonly shown = $derived.by(() => {
    const from = this.page * this.#size();
    return this.#items().slice(from, from + this.#size());
  });

  /** Turns to where the first item is that `wanted` says; stays where there is none. */
  show(wanted: (item: T) => boolean): void {
    const at = this.#items().findIndex(wanted);
    if (at >= 0) this.#page = Math.floor(at / this.#size());
  }
}
