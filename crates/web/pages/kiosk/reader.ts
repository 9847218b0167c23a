// A card reader is a keyboard that types faster than anybody, and then presses Enter.

/** Nobody types so fast, key after key; a reader does, also on a busy machine. Milliseconds between two keys. */
const GAP_MS = 80;
/** Fewer characters than this are a person's keys or the noise of a cable. */
const SHORTEST = 4;
/** More than this is no card; what comes after it is dropped. */
const LONGEST = 256;

export interface Key {
  key: string;
  /** When it was pressed: the browser's own clock, milliseconds. */
  timeStamp: number;
}

/** Gathers keys until they are a reading. Keeps nothing of it. */
export class Reader {
  #typed = '';
  #last = Number.NEGATIVE_INFINITY;

  /** Takes one key: the text of a reading when it ended one, `typing` while one is likely under way, else `other`. */
  take({ key, timeStamp }: Key): { reading: string } | 'typing' | 'other' {
    const fast = timeStamp - this.#last <= GAP_MS;
    this.#last = timeStamp;
    if (!fast) this.#typed = '';
    if (key === 'Enter') {
      const reading = this.#typed;
      this.#typed = '';
      return reading.length >= SHORTEST ? { reading } : 'other';
    }
    if (key.length !== 1) return 'other';
    if (this.#typed.length < LONGEST) this.#typed += key;
    return this.#typed.length > 1 ? 'typing' : 'other';
  }
}

/** The number in what a reader typed: magnetic stripes bring name and date along, which are nobody's business. */
export function numberOf(reading: string): string {
  const second = /;(\d+)[=?]/.exec(reading)?.[1]; // track 2 of ISO/IEC 7813
  const first = /^%[A-Z](\d+)\^/i.exec(reading)?.[1]; // track 1
  return second ?? first ?? reading.trim();
}
