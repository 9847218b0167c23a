// The live Board, kept alive: a new EventSource after every error and every silence.
//
// EventSource reconnects by itself only after a broken connection, not after an answer other than 200, and
// never notices a dead link. A hidden page lets go of its stream: browsers allow six connections a host, and
// a person with eight tabs must not stop the ninth page from loading.
import { ask, Problem } from './api.ts';
import { backoff } from './backoff.ts';
import type { Board } from './types.ts';
import { Watchdog, type Freshness } from './watchdog.ts';

export interface Link {
  freshness: Freshness;
  /** Device time (ms) of the last sign of life. */
  since: number | undefined;
  /** The lobby refuses this device: it must be enrolled. */
  refused: boolean;
}

export interface BoardStream {
  stop: () => void;
}

/** What the stream needs from outside; replaced in tests. */
export interface Wires {
  open: (address: string) => EventSource;
  probe: () => Promise<unknown>;
  now: () => number;
}

const TICK_MS = 1_000;

/**
 * Follows the Board until stopped. `onBoard` gets every picture, `onTime` the lobby's clock with every sign of
 * life, `onLink` every change of the link.
 */
export function followBoard(
  role: 'screen' | 'clerk',
  on: { board: (board: Board) => void; time?: (at: string) => void; link: (link: Link) => void },
  wires: Wires = {
    open: (address) => new EventSource(address),
    probe: () => ask('/api/v1/board', { role }),
    now: () => Date.now(),
  },
): BoardStream {
  const dog = new Watchdog(wires.now());
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let openedAt = wires.now();
  let failures = 0;
  let refused = false;

  function alive(at: string | undefined): void {
    failures = 0;
    refused = false;
    dog.heard(wires.now());
    if (at) on.time?.(at);
    tell();
  }

  function open(): void {
    close();
    openedAt = wires.now();
    const fresh = wires.open(`/api/v1/board/events?role=${role}`);
    source = fresh;
    fresh.addEventListener('board', (event) => {
      const board = parse<Board>(event);
      if (!board) return;
      on.board(board);
      alive(board.at);
    });
    fresh.addEventListener('ping', (event) => alive(parse<{ at: string }>(event)?.at));
    fresh.onerror = () => lost();
  }

  function lost(): void {
    close();
    failures += 1;
    dog.broke(wires.now());
    // EventSource hides the status; one plain question tells a restart from a device that is not enrolled.
    wires.probe().then(
      () => (refused = false),
      (error: unknown) => (refused = error instanceof Problem && [401, 403].includes(error.status)),
    ).finally(tell);
    retry = setTimeout(open, backoff(failures, 500, 5_000));
    tell();
  }

  function close(): void {
    clearTimeout(retry);
    source?.close();
    source = undefined;
  }

  function tell(): void {
    on.link({ freshness: dog.judge(wires.now()), since: dog.lastHeard, refused });
  }

  function tick(): void {
    const now = wires.now();
    // Silent for long, and this attempt had its chance too.
    if (source && dog.isSilent(now) && now - openedAt >= 10_000) lost();
    tell();
  }

  function onVisibility(): void {
    if (document.hidden) close();
    else if (!source) open();
  }

  open();
  const timer = setInterval(tick, TICK_MS);
  document.addEventListener('visibilitychange', onVisibility);
  return {
    stop: () => {
      close();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    },
  };
}

/** The data of an event; a picture that is no JSON is not shown. */
function parse<T>(event: Event): T | undefined {
  try {
    return JSON.parse((event as MessageEvent<string>).data) as T;
  } catch (error) {
    console.error('the board stream sent something that is no JSON', error);
    return undefined;
  }
}
