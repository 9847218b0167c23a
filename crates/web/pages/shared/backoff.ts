// How long to wait after failures, and a poller that does so.

/** Wait before the next attempt after `failures` in a row: `base`, doubled each time, at most `max`. */
export function backoff(failures: number, base: number, max: number): number {
  return Math.min(max, base * 2 ** Math.max(0, Math.min(failures, 30) - 1));
}

export interface Poll {
  /** Asks again at once; the regular rhythm goes on from there. */
  now: () => void;
  stop: () => void;
}

/**
 * Calls `look` again and again, never twice at a time. After a success it waits `everyMs(result)`, after
 * failures ever longer, up to `maxMs`.
 */
export function poll<T>(
  look: () => Promise<T>,
  rhythm: { everyMs: (last: T) => number; retryMs: number; maxMs: number },
  on: { found: (result: T) => void; failed: (error: unknown) => void },
): Poll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  let busy = false;
  let again = false;
  let failures = 0;

  async function round(): Promise<void> {
    if (stopped) return;
    if (busy) {
      again = true;
      return;
    }
    clearTimeout(timer);
    busy = true;
    again = false;
    let wait: number;
    try {
      const result = await look();
      if (stopped) return;
      failures = 0;
      wait = rhythm.everyMs(result);
      on.found(result);
    } catch (error) {
      if (stopped) return;
      failures += 1;
      wait = backoff(failures, rhythm.retryMs, rhythm.maxMs);
      on.failed(error);
    } finally {
      busy = false;
    }
    if (!stopped) timer = setTimeout(round, again ? 0 : wait);
  }

  void round();
  return {
    now: () => void round(),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
