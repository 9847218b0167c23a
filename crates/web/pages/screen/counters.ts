// What a counter's sign says.
import type { MessageKey } from '../shared/messages/index.ts';
import type { Board, BoardCounter } from '../shared/types.ts';

/** The word for a counter's state; an open one without a customer is free. */
export function stateKey(counter: BoardCounter): MessageKey {
  if (counter.state === 'open' && counter.ready && !counter.number) return 'counter_ready';
  return `counter_${counter.state}`;
}

/** The number over a counter: none while it takes nobody, whatever was there before. */
export function numberShown(counter: BoardCounter): string | undefined {
  return counter.state === 'paused' || counter.state === 'closed' ? undefined : (counter.number ?? undefined);
}

/** Labels of the counters that take over from a paused one, as its sign names them. */
export function standIns(board: Board, counter: BoardCounter): string[] {
  return counter.state === 'paused' ? takers(board, counter) : [];
}

/** Labels of the open counters that do what this one does. */
export function takers(board: Board, counter: BoardCounter): string[] {
  return counter.takes_over.map((id) => board.counters.find((other) => other.counter === id)?.label ?? id);
}

/** What whoever stands before the window does next. */
export function nextStep(counter: BoardCounter, others: readonly string[]): MessageKey {
  switch (counter.state) {
    case 'paused':
      return others.length > 0 ? 'counter_takes_over' : 'window_paused_alone';
    case 'closed':
      return others.length > 0 ? 'counter_takes_over' : 'window_closed_alone';
    case 'pausing':
      return 'window_pausing';
    case 'open':
      if (!counter.number) return 'window_wait';
      return counter.called === false ? 'window_serving' : 'window_come';
  }
}
