// The act under way, kept where a reload of the page finds it: the same key settles it, and nobody is called twice.
import type { Act } from './actions.ts';

/** An act on its way to the lobby. */
export interface Pending {
  act: Act;
  path: string;
  body: Record<string, unknown>;
  /** `Idempotency-Key`. */
  key: string;
  /** Device time (ms) at which it was pressed. */
  at: number;
}

/** What was pressed longer ago than this is not carried out any more: the clerk has looked elsewhere since. */
const GOOD_FOR_MS = 60_000;

const place = (counter: string) => `ns-pending-${counter}`;

export function remember(counter: string, wish: Pending): void {
  try {
    sessionStorage.setItem(place(counter), JSON.stringify(wish));
  } catch (error) {
    console.warn('this browser keeps nothing for a reload', error);
  }
}

export function forget(counter: string): void {
  try {
    sessionStorage.removeItem(place(counter));
  } catch (error) {
    console.warn('this browser keeps nothing for a reload', error);
  }
}

/** The act that a reload cut short, if it was pressed a moment ago. */
export function recall(counter: string, now: number = Date.now()): Pending | undefined {
  try {
    const found = JSON.parse(sessionStorage.getItem(place(counter)) ?? 'null') as Pending | null;
    const young = found && now - found.at >= 0 && now - found.at < GOOD_FOR_MS;
    return young ? found : undefined;
  } catch (error) {
    console.warn('what was kept for a reload cannot be read', error);
    return undefined;
  }
}
