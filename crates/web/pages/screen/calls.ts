// What is new on a board since the last one: a call, or a recall, that people have not seen yet.
import type { Board, BoardCall } from '../shared/types.ts';

/** Names one call; a recall is another. */
export function callKey(call: BoardCall): string {
  return `${call.number}@${call.counter}#${call.times}@${call.at}`;
}

/**
 * The newest call of `board` if people at `counter` (or anywhere) should look up: it was not there before.
 * The first board after a start shows what is, and is no reason to flash.
 */
export function freshCall(before: Board | undefined, board: Board, counter?: string): BoardCall | undefined {
  const newest = callsOf(board, counter)[0];
  if (!before || !newest) return undefined;
  const seen = new Set(before.calls.map(callKey));
  return seen.has(callKey(newest)) ? undefined : newest;
}

/** Newest first; only one counter's where the screen hangs above it. */
export function callsOf(board: Board, counter?: string): BoardCall[] {
  return counter === undefined ? board.calls : board.calls.filter((call) => call.counter === counter);
}
