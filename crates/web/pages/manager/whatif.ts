// Yesterday, done otherwise. Shapes: `GET /api/v1/whatif`.
import type { Text } from '../shared/types.ts';

export interface Measure {
  arrivals: number;
  wait_s: number;
  p90_s: number;
  in_target: number;
  never_called: number;
}

export interface WhatIf {
  day: string;
  change: Text | null;
  lanes: {
    lane: string;
    target_s: number | null;
    changed_target_s: number | null;
    recorded: Measure | null;
    as_is: Measure;
    changed: Measure | null;
    half_hours: { from: string; as_is: Measure; changed: Measure | null }[];
  }[];
  staffing: {
    goal: number;
    reached: boolean;
    complete: boolean;
    counter_hours: number;
    groups: string[][];
    half_hours: { from: string; load: number; open: number[]; in_target: (number | null)[] }[];
  } | null;
}

export type PartKind = 'rule' | 'lane' | 'open' | 'close' | 'move' | 'help';
export const PART_KINDS: readonly PartKind[] = ['rule', 'lane', 'open', 'close', 'move', 'help'];

export interface PartDraft {
  kind: PartKind;
  rule: string;
  lane: string;
  /** Minutes: of a target, or from which a counter helps. */
  minutes: number;
  counter: string;
  services: string[];
  /** `HH:MM`, or empty. */
  from: string;
  until: string;
}

/** `open:4@10:30-12:00`, `lane:vip:target=5`. Nothing while something is still to be chosen, or ends before it begins. */
export function partOf({ kind, rule, lane, minutes, counter, services, from, until }: PartDraft): string | undefined {
  const isWhole = Number.isInteger(minutes) && minutes >= 1;
  if (kind === 'rule') return rule ? `rule:${rule}` : undefined;
  if (kind === 'lane') return lane && isWhole ? `lane:${lane}:target=${minutes}` : undefined;
  if (!counter) return undefined;
  if (kind === 'move') return services.length > 0 ? `move:${counter}:${services.join('+')}` : undefined;
  if (kind === 'help') return services.length > 0 && isWhole ? `help:${counter}:${services.join('+')}:${minutes}` : undefined;
  if (until && (!from || until <= from)) return undefined;
  return `${kind}:${counter}${from ? `@${from}` : ''}${until ? `-${until}` : ''}`;
}

/** Most counters of all groups open in a half hour: the height of the staffing chart. */
export function openIn(half: { open: number[] }): number {
  return half.open.reduce((sum, count) => sum + count, 0);
}
