// Devices as the page sorts and words them. Pure: what time it is comes as an argument.
import type { MessageKey, Translate } from '../shared/messages/index.ts';
import { isKey } from '../shared/messages/index.ts';
import type { Text } from '../shared/types.ts';

/** A device as `GET /api/v1/devices` tells it. */
export interface Device {
  id: string;
  kind: string;
  state: string;
  since: string;
  cause: string | null;
  remedy: string | null;
  texts: Partial<Record<string, { state: string; cause: string | null; remedy: string | null }>>;
  /** The device through which it is reached. */
  via: string | null;
  last_contact: string | null;
  traffic: Record<string, number>;
  errors: Record<string, number>;
}

export interface DeviceList {
  at: string;
  devices: Device[];
}

/** `behind`: what is wrong is the device that it is reached through. */
export type Rank = 'bad' | 'warn' | 'behind' | 'starting' | 'ok';

const WORST_FIRST: readonly Rank[] = ['bad', 'warn', 'behind', 'starting', 'ok'];
/** Works on; somebody should see to it before it stops, or knows that it says nothing. */
const WARNINGS = new Set(['paper_low', 'silent']);

export function rank(device: Device, all: Device[]): Rank {
  if (device.state === 'ok' || device.state === 'starting') return device.state;
  if (WARNINGS.has(device.state)) return 'warn';
  const way = device.via && all.find((other) => other.id === device.via);
  return way && way.state === 'unplugged' ? 'behind' : 'bad';
}

export interface Ranked {
  device: Device;
  rank: Rank;
}

export interface Group {
  kind: string;
  devices: Ranked[];
}

/** By kind, the kind with the worst device first, and in it the worst device first; else by name. */
export function groups(all: Device[]): Group[] {
  const byKind = new Map<string, Ranked[]>();
  for (const device of all) {
    const ranked = { device, rank: rank(device, all) };
    byKind.set(device.kind, [...(byKind.get(device.kind) ?? []), ranked]);
  }
  const worse = (a: Ranked, b: Ranked) =>
    WORST_FIRST.indexOf(a.rank) - WORST_FIRST.indexOf(b.rank) ||
    a.device.id.localeCompare(b.device.id, 'en', { numeric: true });
  const sorted = [...byKind].map(([kind, devices]) => ({ kind, devices: devices.sort(worse) }));
  const worst = (group: Group) => WORST_FIRST.indexOf(group.devices[0]!.rank);
  return sorted.sort((a, b) => worst(a) - worst(b) || order(a.kind) - order(b.kind));
}

const KINDS = ['printer', 'line', 'desk', 'display', 'screen', 'voice', 'disk', 'backup'];

function order(kind: string): number {
  const place = KINDS.indexOf(kind);
  return place < 0 ? KINDS.length : place;
}

export function kindName(kind: string): MessageKey {
  const key = `devices_kind_${kind}`;
  return isKey(key) ? key : 'devices_kind_other';
}

export interface Summary {
  total: number;
  /** Something has to be done about them; what only waits for another device is not among them. */
  bad: number;
  starting: number;
  well: number;
}

export function summary(all: Device[]): Summary {
  const ranks = all.map((device) => rank(device, all));
  const count = (wanted: Rank) => ranks.filter((rank) => rank === wanted).length;
  const low = all.filter((device) => device.state === 'paper_low').length;
  return { total: all.length, bad: count('bad') + low, starting: count('starting'), well: count('ok') };
}

/** A length of time in two units at most. */
export function lasted(ms: number, t: Translate): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3_600)];
  if (minutes < 1) return t('time_seconds', { n: seconds });
  if (hours < 1) return t('time_minutes', { n: minutes });
  if (hours < 24) return t('time_hours', { n: hours, m: minutes % 60 });
  return t('time_days', { n: Math.floor(hours / 24), m: hours % 24 });
}

export function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** The name of a count; one that this page does not know stays as the lobby calls it. */
export function countName(name: string, t: Translate): string {
  const key = `count_${name}`;
  return isKey(key) ? t(key) : name;
}

export type TestOutcome = 'ok' | 'failed' | 'skipped' | 'open';

export interface SelfTestItem {
  id: string;
  kind: string;
  name: Text;
  /** A person may say how it is. */
  tickable: boolean;
  outcome: TestOutcome;
  code: string | null;
  cause: Text | null;
  remedy: Text | null;
  ticked_at: string | null;
  ticked_by: string | null;
  note: string | null;
}

/** A self-test as `GET /api/v1/selftest` tells it. */
export interface SelfTest {
  id: string;
  state: 'running' | 'done';
  started_at: string;
  started_by: string;
  finished_at: string | null;
  counts: Partial<Record<TestOutcome, number>>;
  items: SelfTestItem[];
}

export interface SelfTestAnswer {
  selftest: SelfTest | null;
}

const FIRST_TO_SEE: readonly TestOutcome[] = ['failed', 'open', 'skipped', 'ok'];

/** What failed, then what people have to look at; else in the order of the test. */
export function worstItems(items: SelfTestItem[]): SelfTestItem[] {
  return [...items].sort((a, b) => FIRST_TO_SEE.indexOf(a.outcome) - FIRST_TO_SEE.indexOf(b.outcome));
}
