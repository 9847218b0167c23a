// Says whether what a page shows is still true. Time is an argument, so a test needs no clock.

/** The lobby pings every 10 s (DESIGN section 7); two and a half of them missing is silence. */
export const SILENCE_MS = 25_000;
/** A stream that broke is usually back within a second (`retry: 1000`); after this the page says so. */
export const BREAK_MS = 3_000;

export type Freshness = 'starting' | 'live' | 'stale';

export class Watchdog {
  #heard: number | undefined;
  #brokenAt: number | undefined;
  #began: number;

  constructor(now: number) {
    this.#began = now;
  }

  /** Something came over the stream: a picture or a ping. */
  heard(now: number): void {
    this.#heard = now;
    this.#brokenAt = undefined;
  }

  /** The stream ended or was refused. Only the first break counts until something is heard again. */
  broke(now: number): void {
    this.#brokenAt ??= now;
  }

  /** Time of the last sign of life, `undefined` before the first. */
  get lastHeard(): number | undefined {
    return this.#heard;
  }

  /** The stream is open and yet silent: it should be given up and opened anew. */
  isSilent(now: number): boolean {
    return now - (this.#heard ?? this.#began) >= SILENCE_MS;
  }

  judge(now: number): Freshness {
    const broken = this.#brokenAt !== undefined && now - this.#brokenAt >= BREAK_MS;
    if (broken || this.isSilent(now)) return 'stale';
    return this.#heard === undefined ? 'starting' : 'live';
  }
}
