// One wish, one key, as many attempts as it takes: a lost answer never becomes a second ticket.
import { ask, Problem, Unreachable, type Wish } from './api.ts';
import { backoff } from './backoff.ts';

/**
 * A random UUID (version 4).
 *
 * Not `crypto.randomUUID`: browsers offer that only in secure contexts, and a kiosk on a branch's LAN has none.
 */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export interface Persistence {
  /** No new attempt begins later than this after the first one. */
  giveUpMs: number;
  /** A wish of before, to be settled under the key that it had: its answer was lost with the page. */
  key?: string;
  /** Told before each wait, with the number of attempts that failed. */
  onRetry?: (failures: number) => void;
}

/** What `insist` needs from outside; replaced in tests. */
export interface Outside {
  ask: typeof ask;
  now: () => number;
  wait: (ms: number) => Promise<void>;
}

const outside: Outside = {
  ask,
  now: () => performance.now(),
  wait: (ms) => new Promise((done) => setTimeout(done, ms)),
};

/**
 * Posts (or puts, or deletes) `wish` under one key until the lobby answers.
 *
 * Repeats when nothing came back and when the lobby is restarting (502, 503, 504) or ended in the middle (500);
 * the key makes that safe. A refusal is an answer and is thrown at once.
 *
 * @throws {Problem} refused, or still failing when time was up
 * @throws {Unreachable} no answer until time was up: the outcome is unknown
 */
export async function insist<T>(
  path: string,
  wish: Omit<Wish, 'method' | 'key'> & { method?: 'POST' | 'PUT' | 'DELETE' },
  persistence: Persistence,
  world: Outside = outside,
): Promise<T> {
  const key = persistence.key ?? newKey();
  const began = world.now();
  for (let failures = 1; ; failures += 1) {
    try {
      return await world.ask<T>(path, { body: {}, method: 'POST', ...wish, key });
    } catch (error) {
      const pause = backoff(failures, 300, 2_000);
      if (!worthAnother(error) || world.now() - began + pause > persistence.giveUpMs) throw error;
      persistence.onRetry?.(failures);
      await world.wait(pause);
    }
  }
}

function worthAnother(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Problem && [500, 502, 503, 504].includes(error.status));
}
