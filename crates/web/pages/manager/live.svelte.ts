// The hall as the manager sees it: streams say that something has changed, plain questions say what.
import { ask, Problem } from '../shared/api.ts';
import { poll, type Poll } from '../shared/backoff.ts';
import { LevelStream, type Link } from '../shared/stream.ts';
import type { Board, CounterView, HallNow, Menu, Text } from '../shared/types.ts';
import type { DeviceList } from '../devices/devices.ts';

export interface Takes {
  serves: string[];
  overflow: { serves: string; after_min: number }[];
}

/** A counter with what it takes now, and what it was told to take today. */
export interface Counter extends CounterView {
  takes: Takes;
  run_plan: { since: string; reason: string; configured: Takes; toml: string } | null;
}

export interface Alert {
  id: string;
  at: string;
  kind: string;
  level: 'info' | 'warning' | 'urgent';
  counter: string | null;
  text: Text;
  acked_at: string | null;
  cleared_at: string | null;
  escalated: boolean;
}

/** Ages grow by themselves: looked at anew so often when nothing else happens. */
const ANEW_MS = 10_000;
/** A busy hall changes several times a second; a manager's page need not follow each change. */
const GATHER_MS = 400;

export class Live {
  menu: Menu | undefined = $state.raw();
  hall: HallNow | undefined = $state.raw();
  counters: Counter[] = $state.raw([]);
  alerts: Alert[] = $state.raw([]);
  devices: DeviceList['devices'] = $state.raw([]);
  link: Link = $state.raw({ freshness: 'starting', since: undefined, refused: false });
  trouble: 'none' | 'refused' | 'unreachable' = $state('none');
  /** Device time (ms) at which the picture was true. */
  seenAt: number | undefined = $state();

  #watching: Poll | undefined;
  #gather: ReturnType<typeof setTimeout> | undefined;

  start(): () => void {
    this.#watching = poll(
      () =>
        Promise.all([
          ask<Menu>('/api/v1/menu', { role: 'manager' }),
          ask<{ counters: Counter[] }>('/api/v1/counters', { role: 'manager' }),
          ask<HallNow>('/api/v1/hall', { role: 'manager' }),
        ]),
      { everyMs: () => ANEW_MS, retryMs: 1_000, maxMs: 10_000 },
      {
        found: ([menu, counters, hall]) => {
          [this.menu, this.counters, this.hall] = [menu, counters.counters, hall];
          this.trouble = 'none';
          this.seenAt = Date.now();
        },
        failed: (error) => {
          const refused = error instanceof Problem && [401, 403].includes(error.status);
          this.trouble = refused ? 'refused' : 'unreachable';
        },
      },
    );
    const board = follow<Board>('board', () => this.#changed(), (link) => (this.link = link));
    const alerts = follow<{ at: string; alerts: Alert[] }>('alerts', (list) => (this.alerts = list.alerts));
    const devices = follow<DeviceList>('devices', (list) => (this.devices = list.devices));
    for (const stream of [board, alerts, devices]) stream.start();
    return () => {
      this.#watching?.stop();
      clearTimeout(this.#gather);
      for (const stream of [board, alerts, devices]) stream.stop();
    };
  }

  /** After an act of one's own: what came of it is asked for at once. */
  now(): void {
    this.#watching?.now();
  }

  #changed(): void {
    this.#gather ??= setTimeout(() => {
      this.#gather = undefined;
      this.#watching?.now();
    }, GATHER_MS);
  }
}

function follow<T extends { at: string }>(
  level: string,
  value: (value: T) => void,
  link: (link: Link) => void = () => undefined,
): LevelStream<T> {
  const path = `/api/v1/${level}`;
  const probe = () => ask(path, { role: 'manager' });
  return new LevelStream<T>({ address: `${path}/events?role=manager`, event: level, probe }, { value, link });
}
