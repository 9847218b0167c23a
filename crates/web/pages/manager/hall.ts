// What the page reads out of the hall. Pure.
import type { Translate } from '../shared/messages/index.ts';
import type { HallQueue } from '../shared/types.ts';
import type { Takes } from './live.svelte.ts';

/** `<1 分`, `12 分`, `1:05` from an hour on: how long something has lasted. */
export function age(seconds: number | null, t: Translate): string {
  if (seconds === null) return '–';
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return t('manager_minutes', { minutes: '<1' });
  if (minutes < 60) return t('manager_minutes', { minutes });
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Whether the longest wait is past its target, near it (three quarters), or well within. */
export function judge({ longest_s, target_s, late }: HallQueue): 'late' | 'near' | 'well' {
  if (late > 0) return 'late';
  return target_s > 0 && (longest_s ?? 0) > 0.75 * target_s ? 'near' : 'well';
}

/** Nobody takes it, and somebody waits. */
export function isAbandoned({ waiting, open }: HallQueue): boolean {
  return waiting > 0 && open === 0;
}

/** From when a counter takes a class, minutes; nought at once, nothing never. As the lobby reads patterns. */
export function delayOf(takes: Takes, service: string, lane: string): number | undefined {
  const entries = [
    ...takes.serves.map((pattern) => ({ pattern, after: 0 })),
    ...takes.overflow.map(({ serves, after_min }) => ({ pattern: serves, after: after_min })),
  ];
  let best: { specific: number; after: number } | undefined;
  for (const { pattern, after } of entries) {
    const [wantedService, wantedLane = '*'] = pattern.split('/');
    if (wantedService !== '*' && wantedService !== service) continue;
    if (wantedLane !== '*' && wantedLane !== lane) continue;
    const specific = Number(wantedService !== '*') + 2 * Number(wantedLane !== '*');
    if (!best || specific > best.specific || (specific === best.specific && after < best.after)) best = { specific, after };
  }
  return best?.after;
}

/** A table of delays as the body of `PUT …/plan`: class by class, for the lobby to shorten. */
export function planOf(cells: { service: string; lane: string; after: number | undefined }[]): Takes {
  const taken = cells.flatMap(({ service, lane, after }) => (after === undefined ? [] : [{ pattern: `${service}/${lane}`, after }]));
  return {
    serves: taken.filter(({ after }) => after === 0).map(({ pattern }) => pattern),
    overflow: taken.filter(({ after }) => after > 0).map(({ pattern, after }) => ({ serves: pattern, after_min: after })),
  };
}

/** What a counter takes, in the words of the hall: `现金 · VIP（8 分后）`. */
export function takesWords(
  takes: Takes,
  serviceName: (id: string) => string,
  laneName: (id: string) => string,
  t: Translate,
): string {
  const name = (pattern: string) => {
    const [service = '*', lane = '*'] = pattern.split('/');
    const words = [...(service === '*' ? [] : [serviceName(service)]), ...(lane === '*' ? [] : [laneName(lane)])];
    return words.length > 0 ? words.join(' · ') : t('manager_everything');
  };
  const later = takes.overflow.map(({ serves, after_min }) => t('manager_after', { what: name(serves), minutes: after_min }));
  return [...takes.serves.map(name), ...later].join(t('list_separator'));
}
