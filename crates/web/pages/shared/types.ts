// What the lobby says over HTTP. Shapes: DESIGN section 7; times are RFC 3339 UTC, durations seconds (`_s`).
import type { Speaking } from './announcements.ts';

/** Words for people, by language. A language may be missing. */
export type Text = Partial<Record<string, string>>;

export type PrintState = 'queued' | 'printed' | 'failed' | 'uncertain' | 'none';
export type TicketState = 'waiting' | 'called' | 'serving' | 'held' | 'done' | 'no_show' | 'cancelled' | 'expired';
export type CounterState = 'closed' | 'open' | 'paused' | 'pausing';
export type PauseReason = 'rest' | 'meal' | 'meeting' | 'away' | 'system';
export type Outcome = 'done' | 'papers_missing' | 'come_back';

export interface Estimate {
  low_s: number;
  p50_s: number;
  high_s: number;
}

export interface MenuService {
  id: string;
  series: string;
  name: Text;
  open: boolean;
  why: { code: string; text: Text } | null;
  waiting: number;
  estimate: Estimate | null;
  /** Who waits in each lane, and what a newcomer there would wait. */
  lanes?: LaneQueue[];
  /** Somebody who takes a number now will probably not be reached before closing. */
  past_closing?: boolean;
  papers: Text[];
  /** `required`: nobody gets a number unknown. */
  identity?: 'required' | 'optional' | 'none';
  /** The button of the kiosk that it stands behind. */
  group?: string | null;
}

export interface LaneQueue {
  lane: string;
  waiting: number;
  estimate: Estimate | null;
}

export interface Lane {
  id: string;
  name: Text;
  /** A customer may choose it at the kiosk. */
  self_service: boolean;
}

export interface Menu {
  at: string;
  branch: { id: string; name: Text; time_zone?: string };
  /** `null` while the day is closed. */
  business_day: string | null;
  languages: string[];
  services: MenuService[];
  groups?: MenuGroup[];
  lanes: Lane[];
  printer: { id: string; state: string; cause: string | null } | null;
  /** `null` where the caller is no kiosk. */
  paper: MenuPaper | null;
  /** Cards are of use here. */
  cards?: boolean;
  /** Appointments are checked in by their code. */
  appointments?: boolean;
  /** Where phones reach tracking pages. */
  public_url?: string | null;
}

/** A button of the kiosk that services stand behind. */
export interface MenuGroup {
  id: string;
  name: Text;
}

/** A card that was read: no number, a mask, and a pass for taking tickets. */
export interface CardRead {
  card: string;
  kind: 'id' | 'card' | 'member';
  mask: string;
  lane: string | null;
  lane_name: Text | null;
  lookup: 'none' | 'answered' | 'failed';
  live: { service: string; number: string; track: string }[];
}

/** What staff should know of a customer. */
export type Need = 'hearing' | 'sight' | 'mobility' | 'interpreter';

/** Whether a kiosk gives paper, and which others do. */
export interface MenuPaper {
  state: 'ok' | 'changing' | 'out_of_order' | 'none';
  other_kiosks: { id: string; name: Text }[];
}

export interface Ticket {
  id: string;
  number: string;
  service: string;
  lane: string;
  state: TicketState;
  issued_at: string;
  counter: string | null;
  called_at: string | null;
  /** Since when its counter keeps it on hold. */
  held_at?: string | null;
  times: number;
  /** Why it was called: the rule and its figure (1/100 points) or reason. */
  why: { rule: 'points' | 'guarantee' | 'pin' | 'manual'; points?: number; reason?: string } | null;
  language: string | null;
  needs: string[];
  then: string[];
  print: PrintState;
  /** `urgent`, `special`. */
  flags?: string[];
  /** From when its waiting counts. */
  waiting_since?: string;
  /** The counter that it waits for. */
  pin?: string | null;
  /** How many notes staff wrote on it. */
  notes?: number;
}

/** A note of staff on a ticket. */
export interface Note {
  at: string;
  by: string;
  text: string;
}

/** Answer to `GET /api/v1/tickets/{id}`. */
export interface TicketDetail {
  ticket: Ticket;
  history: { seq: number; at: string; actor: string; kind: string }[];
  identity: string | null;
  notes?: Note[];
}

/** Answer to `POST /api/v1/tickets`. */
export interface Issued {
  ticket: Pick<Ticket, 'id' | 'number' | 'service' | 'lane' | 'state' | 'issued_at'>;
  ahead: number;
  estimate: Estimate | null;
  print: PrintState;
  /** The customer had it already; nothing is printed for it by itself. */
  again?: boolean;
  /** Path of the phone page, `/t/{token}`. */
  track: string;
  /** The whole address for a phone, where the branch has one for phones. */
  track_url?: string | null;
}

export interface Tracked {
  branch: Text;
  number: string;
  service: string;
  service_name: Text;
  lane: string;
  state: TicketState;
  ahead: number | null;
  estimate: Estimate | null;
  /** What was printed on the ticket. */
  promised?: Estimate | null;
  /** It takes longer than was printed. */
  late?: boolean;
  /** Some may still be let pass, once. */
  can_later?: boolean;
  /** The service is over and not rated yet, or a moment ago. */
  can_rate?: boolean;
  /** From 1, the worst, to 5. */
  rating?: number | null;
  counter: string | null;
  print: PrintState;
  at: string;
}

export interface CounterView {
  counter: string;
  label?: string | null;
  state: CounterState;
  ready: boolean;
  number: string | null;
  staff: string | null;
  /** Since when that one is named there. */
  staff_since?: string | null;
  /** Star level of that one, 0 to 5. */
  stars?: number | null;
  services: string[];
  takes_over: string[];
  reason: PauseReason | null;
  waiting: number;
  held: Ticket[];
}

export interface CounterAnswer {
  counter: CounterView;
  ticket: Ticket | null;
}

/** Why a ticket is called: the rule and its figure. */
export type Why = NonNullable<Ticket['why']>;

/** A counter, who stands there, and who comes next. */
export interface CounterQueue extends CounterAnswer {
  /** By the lobby's clock: ages are told from here. */
  at: string;
  next: { ticket: Ticket; why: Why | null; from: string | null; due: string | null }[];
  lines: { service: string; lane: string; count: number; oldest: string | null; own: boolean }[];
}

/** The day of whoever works at a counter. */
export interface OwnDay {
  staff: string | null;
  calls: number;
  served: number;
  no_shows: number;
  sent_on: number;
  mean_service_s: number | null;
  mean_wait_s: number | null;
  in_target: number | null;
}

export interface HallQueue {
  service: string;
  lane: string;
  target_s: number;
  waiting: number;
  longest_s: number | null;
  longest: string | null;
  oldest: string | null;
  late: number;
  estimate: Estimate | null;
  /** Open counters that take it at once. */
  open: number;
  /** Open counters that take it, now or when somebody has waited longer. */
  counters: string[];
}

export interface HallCounter {
  counter: string;
  service: string | null;
  arrived: boolean;
  since_s: number | null;
  idle_s: number | null;
}

/** `GET /api/v1/hall`. */
export interface HallNow {
  at: string;
  business_day: string | null;
  queues: HallQueue[];
  counters: HallCounter[];
  /** Who has waited past the target, longest over first; at most 100. */
  late: Ticket[];
  late_count: number;
}

export interface Alert {
  id: string;
  at: string;
  kind: string;
  level: 'info' | 'warning' | 'urgent';
  counter: string | null;
  ticket: { id: string; number: string } | null;
  text: Text;
  acked_at: string | null;
  acked_by: string | null;
  escalated: boolean;
  device: string | null;
  cleared_at: string | null;
}

export interface BoardCounter {
  counter: string;
  label?: string | null;
  state: CounterState;
  ready: boolean;
  number: string | null;
  /** Its number was called, and nobody has come to the counter yet. */
  called?: boolean;
  staff: string | null;
  /** Star level of who works there, 0 to 5, where known. */
  stars?: number | null;
  services: string[];
  takes_over: string[];
}

export interface BoardCall {
  number: string;
  counter: string;
  at: string;
  /** 1 for the first call, 2 for the first recall. */
  times: number;
}

export interface BoardWaiting {
  service: string;
  service_name?: Text;
  lane: string;
  count: number;
  estimate: Estimate | null;
}

/** What every screen may show, as one value. */
export interface Board {
  seq: number;
  at: string;
  business_day: string | null;
  branch?: Text;
  time_zone?: string;
  counters: BoardCounter[];
  caption: { at: string; text: Text } | null;
  /** Newest first. */
  calls: BoardCall[];
  waiting: BoardWaiting[];
  notices: Notice[];
  alert: { at?: string; text?: Text } | null;
  /** What the loudspeakers say at this moment; absent in pictures of an older lobby. */
  speaking?: Speaking[];
}

/** A notice comes as words by language, bare or inside an object. */
export type Notice = Text | { text: Text };

/** `GET /api/v1/screens`: what each screen of the configuration shows. */
export interface ScreenList {
  /** For a page that names no screen. */
  usual: ScreenSettings;
  screens: ScreenSettings[];
}

export type ScreenLayout = 'hall' | 'calls' | 'counters' | 'waiting';

export interface ScreenSettings {
  id: string | null;
  name: Text;
  /** The one window whose sign it is. */
  counter: string | null;
  layout: ScreenLayout;
  /** Shown, in the order of the kiosk's menu. */
  services: { id: string; name: Text }[];
  /** Shown; `null`: those that take one of the services. */
  counters: string[] | null;
  /** One or two language tags, the first largest. */
  languages: string[];
  theme: string;
  sound: boolean;
  notices: Text[];
  hotline: string | null;
  wifi: string | null;
}
