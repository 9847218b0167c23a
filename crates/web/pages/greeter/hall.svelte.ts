// The hall as greeter and guard see it: queues, counters, alerts, devices and who is expected, each as fresh as the lobby
// sends it; and the acts that a tablet may wish for, one key each.
import { ask, Problem } from '../shared/api.ts';
import { poll, type Poll } from '../shared/backoff.ts';
import { failureOf, type Failure } from '../shared/failure.ts';
import { insist } from '../shared/retry.ts';
import { BoardStream, LevelStream, type Link } from '../shared/stream.ts';
import type { Alert, Board, CounterView, HallNow, Menu } from '../shared/types.ts';
import type { Language } from '../shared/messages/index.ts';
import type { Device } from '../devices/devices.ts';

export interface Appointment {
  code: string;
  service: string;
  at: string;
  state: 'booked' | 'late' | 'checked_in' | 'missed' | 'cancelled';
  ticket: { id: string; number: string } | null;
}

export interface Printer {
  id: string;
  kiosks: string[];
}

export interface GreeterState {
  name: string;
  busy: boolean;
  since: string;
}

const ROLE = 'greeter';
/** An act is repeated under its key for so long. */
const GIVE_UP_MS = 20_000;
/** A busy hall changes several times a second; a tablet need not follow each change. */
const GATHER_MS = 400;
const LOOK_MS = 10_000;
const SLOW_MS = 20_000;

export class HallModel {
  menu: Menu | undefined = $state.raw();
  queues: HallNow | undefined = $state.raw();
  counters: CounterView[] = $state.raw([]);
  /** `undefined` before the lobby's first word. */
  alerts: Alert[] | undefined = $state.raw();
  devices: Device[] = $state.raw([]);
  appointments: Appointment[] = $state.raw([]);
  printers: Printer[] = $state.raw([]);
  greeters: GreeterState[] = $state.raw([]);
  link: Link = $state.raw({ freshness: 'starting', since: undefined, refused: false });
  /** The lobby's clock, as far as this page can tell (ms). */
  now = $state(Date.now());
  /** Device time (ms) at which the queues were as shown; `undefined` before the first. */
  seenAt: number | undefined = $state();
  behind = $state(false);
  sending = $state(false);
  problem: Failure | undefined = $state.raw();
  /** Counts what the board brought: whoever shows one ticket looks at it again. */
  changes = $state(0);

  #ahead = 0;
  #stops: (() => void)[] = [];
  #look: Poll | undefined;
  #gather: ReturnType<typeof setTimeout> | undefined;

  start(): () => void {
    const time = (at: string) => {
      this.#ahead = Date.parse(at) - Date.now();
      this.now = Date.parse(at);
    };
    const board = new BoardStream(ROLE, {
      board: (board: Board) => {
        time(board.at);
        this.#gatherLook();
      },
      time,
      link: (link) => (this.link = link),
    });
    const alerts = new LevelStream<{ at: string; alerts: Alert[] }>(
      { address: `/api/v1/alerts/events?role=${ROLE}`, event: 'alerts', probe: () => ask('/api/v1/alerts', { role: ROLE }) },
      { value: (list) => (this.alerts = list.alerts), link: () => undefined },
    );
    board.start();
    alerts.start();
    const ticks = setInterval(() => (this.now = Date.now() + this.#ahead), 1_000);
    this.#look = poll(
      () => this.#lookAtHall(),
      { everyMs: () => LOOK_MS, retryMs: 1_000, maxMs: 5_000 },
      { found: () => (this.behind = false), failed: (error) => this.#failed(error) },
    );
    const slow = poll(
      () => this.#lookAround(),
      { everyMs: () => SLOW_MS, retryMs: 2_000, maxMs: SLOW_MS },
      { found: () => undefined, failed: (error) => console.warn('devices and appointments are not known', error) },
    );
    this.#stops = [
      () => board.stop(), () => alerts.stop(), () => clearInterval(ticks), () => this.#look?.stop(), () => slow.stop(),
      () => clearTimeout(this.#gather),
    ];
    return () => this.#stops.forEach((stop) => stop());
  }

  #gatherLook(): void {
    clearTimeout(this.#gather);
    this.#gather = setTimeout(() => this.#look?.now(), GATHER_MS);
  }

  async #lookAtHall(): Promise<void> {
    const get = <T>(path: string) => ask<T>(path, { role: ROLE });
    const [queues, counters, menu, greeters] = await Promise.all([
      get<HallNow>('/api/v1/hall'),
      get<{ counters: CounterView[] }>('/api/v1/counters'),
      get<Menu>('/api/v1/menu'),
      get<{ greeters: GreeterState[] }>('/api/v1/greeters'),
    ]);
    [this.queues, this.counters, this.menu, this.greeters] = [queues, counters.counters, menu, greeters.greeters];
    this.seenAt = Date.now();
    this.changes += 1;
  }

  async #lookAround(): Promise<void> {
    const get = <T>(path: string) => ask<T>(path, { role: ROLE });
    const [devices, printers, booked] = await Promise.all([
      get<{ devices: Device[] }>('/api/v1/devices'),
      get<{ printers: Printer[] }>('/api/v1/printers'),
      get<{ appointments: Appointment[] }>('/api/v1/appointments'),
    ]);
    [this.devices, this.printers, this.appointments] = [devices.devices, printers.printers, booked.appointments];
  }

  #failed(error: unknown): void {
    this.behind = true;
    if (error instanceof Problem && [401, 403].includes(error.status)) this.link = { ...this.link, refused: true };
  }

  /** Asks for something to show; a failure is said like that of an act. */
  async get<T>(path: string): Promise<T | undefined> {
    try {
      return await ask<T>(path, { role: ROLE });
    } catch (error) {
      this.problem = failureOf(error);
      return undefined;
    }
  }

  /** One act, once, however often the network drops it. Nothing while another is under way, or when it was refused. */
  async act<T>(path: string, body: Record<string, unknown> = {}): Promise<T | undefined> {
    if (this.sending) return undefined;
    this.sending = true;
    this.problem = undefined;
    try {
      return await insist<T>(path, { role: ROLE, body }, { giveUpMs: GIVE_UP_MS });
    } catch (error) {
      this.problem = failureOf(error);
      return undefined;
    } finally {
      this.sending = false;
      this.#look?.now();
    }
  }

  get stale(): boolean {
    return this.behind || this.link.freshness === 'stale';
  }

  since(at: string | null | undefined): number {
    return at ? this.now - Date.parse(at) : 0;
  }

  serviceName(id: string, language: Language): string {
    return this.menu?.services.find((service) => service.id === id)?.name[language] ?? id;
  }

  laneName(id: string, language: Language): string {
    return this.menu?.lanes.find((lane) => lane.id === id)?.name[language] ?? id;
  }

  /** Open counters that do this service. */
  openFor(service: string): CounterView[] {
    return this.counters.filter((one) => one.state === 'open' && one.services.includes(service));
  }
}
