// A business day in figures. Shapes: `GET /api/v1/reports/day/{date}`; lengths of time are seconds, shares from 0 to 1.

export interface Spread {
  n: number;
  mean_s: number | null;
  p50_s: number | null;
  p90_s: number | null;
  max_s: number | null;
}

export interface QueueFigures {
  issued: number;
  served: number;
  no_shows: number;
  abandoned: number;
  pending: number;
  wait: Spread;
  target_s: number | null;
  in_target: number | null;
}

/** How the promise made with the number was kept. */
export interface Kept {
  n: number;
  mae_s: number | null;
  bias_s: number | null;
  /** Share of the waits within the range that was told; 0.8 is aimed at. */
  coverage: number | null;
  /** Share of the waits past the upper bound as it was printed. */
  beyond_bound: number | null;
  /** Mean error of the usual estimate: people waiting × mean service / open counters. */
  naive_mae_s: number | null;
}

export interface HalfHour {
  from: string;
  issued: number;
  served: number;
  abandoned: number;
  wait: Spread;
  in_target: number | null;
}

/** What a counter or a clerk did. */
export interface Work {
  calls: number;
  served: number;
  open_s: number;
  paused_s: number;
  busy_s: number;
  utilisation: number | null;
}

export interface Jump {
  at: string;
  kind: 'manual_call' | 'urgent' | 'special' | 'lane_change';
  number: string;
  counter: string | null;
  lane: string | null;
  reason: string;
  by: string;
  authoriser: string | null;
}

export interface AlertFigures {
  kind: string;
  raised: number;
  answered: number;
  cleared: number;
  escalated: number;
  answer: Spread;
}

export interface Ratings {
  served: number;
  /** Who said nothing is in none of the figures. */
  rated: number;
  share: number | null;
  mean: number | null;
  /** How many said each level, the worst first. */
  levels: number[];
}

export interface Paper {
  printer: string;
  ordered: number;
  copies: number;
  printed: number;
  failed: number;
  uncertain: number;
  voided: number;
}

/** Tables that can be taken away: `?format=csv&table=…`. */
export const TABLES = ['queues', 'half_hours', 'counters', 'staff', 'jumps', 'alerts', 'ratings', 'promise', 'papers'] as const;

export interface DayReport {
  day: string;
  opened_at: string;
  closed_at: string | null;
  total: QueueFigures;
  queues: (QueueFigures & { service: string; lane: string })[];
  counters: (Work & { counter: string })[];
  staff: (Work & { staff: string })[];
  half_hours: HalfHour[];
  jumps: Jump[];
  alerts: AlertFigures[];
  ratings: Ratings & { staff: (Ratings & { staff: string })[] };
  papers: Paper[];
  promise: Kept & { lanes: (Kept & { lane: string })[] };
}

/** Minutes with one place, for a table; a dash for nobody. */
export function inMinutes(seconds: number | null): string {
  return seconds === null ? '–' : (seconds / 60).toFixed(1);
}

/** Whole percent; a dash for nobody. */
export function inPercent(share: number | null): string {
  return share === null ? '–' : `${Math.round(share * 100)}%`;
}
