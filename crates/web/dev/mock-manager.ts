// What the pretend branch answers a manager: made-up hours to come and a made-up day, enough to look at the page.
import type { Forecast, Step } from '../pages/manager/forecast.ts';
import type { HallNow } from '../pages/shared/types.ts';
import type { WhatIf } from '../pages/manager/whatif.ts';
import type { DayReport, Kept, QueueFigures, Spread, Work } from '../pages/manager/report.ts';

const STEP_S = 600;
/** Lane, longest wait in seconds, target in seconds. */
const LANES: readonly (readonly [string, number, number])[] = [
  ['regular', 1_980, 900], ['priority', 420, 360], ['vip', 150, 180],
];

export function forecast(change: string | null): Forecast {
  const at = new Date();
  return {
    at: at.toISOString(),
    step_s: STEP_S,
    steps: steps(at, 1),
    change: change === null ? null : { text: { 'zh-CN': `试行 ${change}`, en: `with ${change}` } },
    changed: change === null ? null : steps(at, 0.55),
  };
}

/** A hump in the middle of the two hours. */
function steps(at: Date, factor: number): Step[] {
  return Array.from({ length: 12 }, (_, n) => ({
    from: new Date(at.getTime() + n * STEP_S * 1_000).toISOString(),
    lanes: LANES.map(([lane, most, target]) => {
      const wait_s = most * factor * Math.sin(((n + 2) / 14) * Math.PI) ** 2;
      const nobody = lane === 'vip' && n % 5 === 4;
      const in_target = Math.min(1, target / (wait_s + 60));
      return { lane, waiting: wait_s / 120, wait_s: nobody ? null : wait_s, in_target: nobody ? null : in_target };
    }),
  }));
}

export function report(day: string): DayReport {
  const queues = ['cash', 'account', 'loan'].flatMap((service, s) =>
    LANES.map(([lane, most], l) => ({ service, lane, ...figures(Math.round(60 / (1 + s) / (1 + 2 * l)), most * (0.3 + 0.2 * s)) })),
  );
  return {
    day,
    opened_at: `${day}T00:30:00Z`,
    closed_at: null,
    total: figures(164, 610),
    queues,
    counters: ['1', '2', '3', '4'].map((counter, n) => ({ counter, ...work(n) })),
    staff: ['1001', '1002'].map((staff, n) => ({ staff, ...work(n) })),
    half_hours: Array.from({ length: 16 }, (_, n) => {
      const { wait, issued, served, abandoned, in_target } = figures(4 + (n % 7), 300 + 60 * n);
      return { from: new Date(Date.parse(`${day}T00:30:00Z`) + n * 1_800_000).toISOString(), issued, served, abandoned, wait, in_target };
    }),
    jumps: [
      { at: `${day}T02:10:00Z`, kind: 'manual_call', number: 'A017', counter: '2', lane: null, reason: '赶飞机', by: 'clerk:1002', authoriser: null },
      { at: `${day}T03:40:00Z`, kind: 'urgent', number: 'B004', counter: null, lane: 'priority', reason: '身体不适', by: 'greeter:2001', authoriser: '9001' },
    ],
    alerts: [{ kind: 'help', raised: 3, answered: 3, cleared: 0, escalated: 1, answer: { n: 3, mean_s: 80, p50_s: 60, p90_s: 140, max_s: 140 } }],
    ratings: { served: 120, rated: 31, share: 0.26, mean: 4.6, levels: [1, 0, 2, 5, 23], staff: [] },
    papers: [{ printer: 'kiosk-1', ordered: 164, copies: 2, printed: 161, failed: 1, uncertain: 2, voided: 1 }],
    promise: { ...kept(131, 190), lanes: LANES.map(([lane, most]) => ({ lane, ...kept(Math.ceil(most / 25), most / 6) })) },
  };
}

function work(n: number): Work {
  return { calls: 52 - n, served: 47 - 3 * n, open_s: 28_800, paused_s: 1_800 * n, busy_s: 22_000 - 900 * n, utilisation: 0.84 - n / 20 };
}

function figures(issued: number, mean_s: number): QueueFigures {
  const wait: Spread = { n: issued, mean_s, p50_s: mean_s * 0.8, p90_s: mean_s * 2, max_s: mean_s * 3 };
  return { issued, served: Math.round(issued * 0.9), no_shows: 1, abandoned: Math.round(issued * 0.05), pending: 0, wait, target_s: null, in_target: 0.87 };
}

function kept(n: number, mae_s: number): Kept {
  return { n, mae_s, bias_s: mae_s / 9, coverage: 0.81, beyond_bound: 0.06, naive_mae_s: mae_s * 2 };
}

/** Queues that are long, near their target and well. */
export function hall(): HallNow {
  const queue = (service: string, lane: string, waiting: number, longest_s: number, target_s: number) => ({
    service, lane, target_s, waiting, longest_s, longest: 'A012', oldest: new Date(Date.now() - 1_000 * longest_s).toISOString(), late: longest_s > target_s ? 2 : 0,
    estimate: null, open: waiting > 3 ? 0 : 1, counters: waiting > 3 ? [] : ['1'],
  });
  return {
    at: new Date().toISOString(),
    business_day: new Date().toISOString().slice(0, 10),
    queues: [queue('cash', 'regular', 7, 1_020, 900), queue('cash', 'priority', 1, 300, 360), queue('loan', 'regular', 2, 60, 900)],
    counters: [{ counter: '1', service: 'cash', arrived: true, since_s: 340, idle_s: null }],
    late: [],
    late_count: 2,
  };
}

export function acts(): unknown {
  const then = (late: number) => ({ people: 41, late, mean_wait_s: 300 + 30 * late });
  const act = (counter: string, late: number) => ({
    change: `open:${counter}`,
    text: { 'zh-CN': `开放${counter}号窗口`, en: `counter ${counter} opens` },
    then: then(late),
    do: [{ method: 'POST', path: `/api/v1/counters/${counter}/open`, body: {} }],
  });
  return { at: new Date().toISOString(), as_is: then(14), acts: [act('3', 3), act('4', 6)], complete: true };
}

export function whatif(day: string, change: string | null): WhatIf {
  const measure = (wait_s: number) => ({ arrivals: 60, wait_s, p90_s: 2 * wait_s, in_target: 1 - wait_s / 3_000, never_called: 0 });
  const half_hours = (most: number) =>
    Array.from({ length: 14 }, (_, n) => ({ from: `${9 + Math.floor(n / 2)}:${n % 2 ? '30' : '00'}`, as_is: measure(most * Math.sin(n / 5) ** 2), changed: change ? measure(most * 0.6 * Math.sin(n / 5) ** 2) : null }));
  return {
    day,
    change: change ? { 'zh-CN': `试行 ${change}`, en: `with ${change}` } : null,
    lanes: LANES.map(([lane, most, target_s]) => ({
      lane, target_s, changed_target_s: null, recorded: measure(most), as_is: measure(most), changed: change ? measure(0.6 * most) : null, half_hours: half_hours(most),
    })),
    staffing: null,
  };
}
