// What a counter's sign says.
import type { MessageKey } from '../shared/messages/index.ts';
import type { Board, BoardCounter } from '../shared/types.ts';

/** The word for a counter's state; an open one without a customer is free. */
export function stateKey(counter: BoardCounter): MessageKey {
  if (counter.state === 'open' && counter.ready && !counter.number) return 'counter_ready';
  return `counter_${counter.state}`;
}

/** Labels of the counters that take over from a paused one, as its sign names them. */
export function standIns(board: Board, counter: BoardCounter): string[] {
  if (counter.state !== 'paused') return [];
  return counter.takes_over.map((id) => board.counters.find((other) => other.counter === id)?.label ?? id);
}
