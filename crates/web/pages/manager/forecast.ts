// What the lobby plays forward, and what the page reads out of it. Shapes: `GET /api/v1/forecast`.
import type { Text } from '../shared/types.ts';

export interface LaneStep {
  lane: string;
  /** People waiting when the step begins, on average over the plays. */
  waiting: number;
  /** Mean wait of those who come in the step; `null` where hardly anybody comes. */
  wait_s: number | null;
  /** Share of them who wait no longer than the target. */
  in_target: number | null;
}

export interface Step {
  from: string;
  lanes: LaneStep[];
}

export interface Forecast {
  at: string;
  step_s: number;
  steps: Step[];
  change: { text: Text } | null;
  /** The same steps with the change. */
  changed: Step[] | null;
}

/** One lane over all steps. */
export interface LaneCourse {
  lane: string;
  steps: (LaneStep & { from: string })[];
}

/** The steps turned round: lane by lane, in the lobby's order. */
export function byLane(steps: readonly Step[]): LaneCourse[] {
  const lanes = steps[0]?.lanes.map((one) => one.lane) ?? [];
  return lanes.map((lane) => ({
    lane,
    steps: steps.flatMap(({ from, lanes }) => {
      const own = lanes.find((one) => one.lane === lane);
      return own ? [{ ...own, from }] : [];
    }),
  }));
}

/** The longest wait of a lane in whole minutes; nothing where nobody is expected. */
export function worstMinutes({ steps }: LaneCourse): number | undefined {
  const waits = steps.flatMap(({ wait_s }) => (wait_s === null ? [] : [wait_s]));
  return waits.length > 0 ? Math.round(Math.max(...waits) / 60) : undefined;
}

/** Whether a change is for the better: by what is kept, and where that is the same, by the longest wait. */
export function judge(now: LaneCourse, changed: LaneCourse): 'better' | 'worse' | 'same' {
  const gain =
    (keptPercent(changed) ?? 0) - (keptPercent(now) ?? 0) || (worstMinutes(now) ?? 0) - (worstMinutes(changed) ?? 0);
  return gain === 0 ? 'same' : gain > 0 ? 'better' : 'worse';
}

/** Mean share in target over the steps in which somebody is expected, in whole percent. */
export function keptPercent({ steps }: LaneCourse): number | undefined {
  const shares = steps.flatMap(({ in_target }) => (in_target === null ? [] : [in_target]));
  return shares.length > 0 ? Math.round((100 * shares.reduce((sum, one) => sum + one, 0)) / shares.length) : undefined;
}
