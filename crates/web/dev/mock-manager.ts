// What the pretend branch answers a manager: made-up hours to come and a made-up day, enough to look at the page.
import type { Forecast, Step } from '../pages/manager/forecast.ts';
import type { DayReport, Kept, QueueFigures, Spread } from '../pages/manager/report.ts';

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
    counters: ['1', '2', '3', '4'].map((counter, n) => ({ counter, calls: 52 - n, served: 47 - 3 * n, utilisation: 0.84 - n / 20 })),
    promise: { ...kept(131, 190), lanes: LANES.map(([lane, most]) => ({ lane, ...kept(Math.ceil(most / 25), most / 6) })) },
  };
}

function figures(issued: number, mean_s: number): QueueFigures {
  const wait: Spread = { n: issued, mean_s, p50_s: mean_s * 0.8, p90_s: mean_s * 2, max_s: mean_s * 3 };
  return { issued, served: Math.round(issued * 0.9), no_shows: 1, abandoned: Math.round(issued * 0.05), pending: 0, wait, target_s: null, in_target: 0.87 };
}

function kept(n: number, mae_s: number): Kept {
  return { n, mae_s, bias_s: mae_s / 9, coverage: 0.81, beyond_bound: 0.06, naive_mae_s: mae_s * 2 };
}
