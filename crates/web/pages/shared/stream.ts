// A live level (the Board, the devices), kept alive: a new EventSource after every error and every silence.
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

/** What the stream needs from outside; replaced in tests. */
export interface Wires {
  open: (address: string) => EventSource;
  probe: () => Promise<unknown>;
  now: () => number;
}

/** Which level: its stream, the name of its events, and the plain question that says why a stream is refused. */
export interface Source {
  address: string;
  event: string;
  probe: () => Promise<unknown>;
}

export interface LevelListener<T> {
  /** Every picture. */
  value: (value: T) => void;
  /** The lobby's clock, with every sign of life. */
  time?: (at: string) => void;
  /** The link, at least once a second. */
  link: (link: Link) => void;
}

export interface Listener extends Omit<LevelListener<Board>, 'value'> {
  /** Every picture. */
  board: (board: Board) => void;
}

const TICK_MS = 1_000;
/** A new connection has so long to say its first word before a silent lobby is asked again. */
const CHANCE_MS = 10_000;

function realWires(probe: () => Promise<unknown>): Wires {
  return { open: (address) => new EventSource(address), probe, now: () => Date.now() };
}

/** Follows a level from `start` to `stop`. A level says by the lobby's clock when it was true (`at`). */
export class LevelStream<T extends { at: string }> {
  readonly #from: Source;
  readonly #on: LevelListener<T>;
  readonly #wires: Wires;
  readonly #dog: Watchdog;
  #source: EventSource | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #ticks: ReturnType<typeof setInterval> | undefined;
  #openedAt = 0;
  #failures = 0;
  #refused = false;

  constructor(from: Source, on: LevelListener<T>, wires: Wires = realWires(from.probe)) {
    this.#from = from;
    this.#on = on;
    this.#wires = wires;
    this.#dog = new Watchdog(wires.now());
  }

  start(): void {
    this.#open();
    this.#ticks = setInterval(() => this.#tick(), TICK_MS);
    document.addEventListener('visibilitychange', this.#onVisibility);
  }

  stop(): void {
    this.#close();
    clearInterval(this.#ticks);
    document.removeEventListener('visibilitychange', this.#onVisibility);
  }

  #open(): void {
    this.#close();
    this.#openedAt = this.#wires.now();
    const source = this.#wires.open(this.#from.address);
    this.#source = source;
    source.addEventListener(this.#from.event, (event) => {
      const value = parse<T>(event);
      if (!value) return;
      this.#on.value(value);
      this.#alive(value.at);
    });
    source.addEventListener('ping', (event) => this.#alive(parse<{ at: string }>(event)?.at));
    source.onerror = () => this.#lost();
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = undefined;
  }

  #alive(at: string | undefined): void {
    this.#failures = 0;
    this.#refused = false;
    this.#dog.heard(this.#wires.now());
    if (at) this.#on.time?.(at);
    this.#tell();
  }

  #lost(): void {
    this.#close();
    this.#failures += 1;
    this.#dog.broke(this.#wires.now());
    void this.#askWhy();
    this.#retry = setTimeout(() => this.#open(), backoff(this.#failures, 500, 5_000));
    this.#tell();
  }

  /** EventSource hides the status; one plain question tells a restart from a device that is not enrolled. */
  async #askWhy(): Promise<void> {
    try {
      await this.#wires.probe();
      this.#refused = false;
    } catch (error) {
      this.#refused = error instanceof Problem && [401, 403].includes(error.status);
    }
    this.#tell();
  }

  #tick(): void {
    const now = this.#wires.now();
    if (this.#source && this.#dog.isSilent(now) && now - this.#openedAt >= CHANCE_MS) this.#lost();
    this.#tell();
  }

  #tell(): void {
    const freshness = this.#dog.judge(this.#wires.now());
    this.#on.link({ freshness, since: this.#dog.lastHeard, refused: this.#refused });
  }

  #onVisibility = (): void => {
    if (document.hidden) this.#close();
    else if (!this.#source) this.#open();
  };
}

/** Follows the Board. `screen` is the name of this very screen, by which the lobby's devices list it. */
export class BoardStream extends LevelStream<Board> {
  constructor(role: 'screen' | 'clerk' | 'greeter', on: Listener, screen?: string | null, wires?: Wires) {
    const query = new URLSearchParams({ role, ...(screen && { screen }) }).toString();
    const probe = () => ask('/api/v1/board', { role });
    const { board, ...rest } = on;
    super({ address: `/api/v1/board/events?${query}`, event: 'board', probe }, { value: board, ...rest }, wires);
  }
}

/** The data of an event; a picture that is no JSON is not shown. */
function parse<T>(event: Event): T | undefined {
  try {
    return JSON.parse((event as MessageEvent<string>).data) as T;
  } catch (error) {
    console.error('the stream sent something that is no JSON', error);
    return undefined;
  }
}
