// Times, ranges and names as people read them. Pure: language and zone are arguments.
import type { Language } from './messages/index.ts';
import type { BoardWaiting, Estimate, Notice, Text } from './types.ts';

/** `text` in `language`, else in the branch's other language, else nothing. */
export function pick(text: Text | null | undefined, language: Language): string {
  if (!text) return '';
  return text[language] ?? Object.values(text).find((words) => words) ?? '';
}

export function noticeText(notice: Notice): Text {
  const inner = (notice as { text?: unknown }).text;
  return typeof inner === 'object' && inner !== null ? (inner as Text) : (notice as Text);
}

/** `14:05`, always 24 hours. `zone` is the branch's; without one the device's own counts. */
export function clock(at: Date, zone?: string, seconds = false): string {
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' }),
    hourCycle: 'h23',
    ...(zone && { timeZone: zone }),
  }).format(at);
}

/** `2026年11月21日 星期六` or `Saturday, 21 November 2026`. */
export function longDate(at: Date, language: Language, zone?: string): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    weekday: 'long',
    ...(zone && { timeZone: zone }),
  }).format(at);
}

/** A wait in whole minutes, never promised shorter than it is: the low end rounds down, the high end up. */
export interface Minutes {
  low: number;
  high: number;
}

export function minutes(estimate: Estimate): Minutes {
  const low = Math.max(0, Math.floor(estimate.low_s / 60));
  return { low, high: Math.max(low, Math.ceil(estimate.high_s / 60), 1) };
}

/** The token of a phone page's path `/t/{token}`, or `undefined` when the path is another. */
export function tokenOf(path: string): string | undefined {
  return /^\/t\/([^/?#]+)\/?$/.exec(path)?.[1];
}

/** People waiting per service over all lanes, always in the same order: what moves is only the count. */
export function byService(waiting: BoardWaiting[]): { service: string; name: Text | undefined; count: number }[] {
  const sums = new Map<string, { service: string; name: Text | undefined; count: number }>();
  for (const entry of waiting) {
    const sum = sums.get(entry.service);
    if (sum) sum.count += entry.count;
    else sums.set(entry.service, { service: entry.service, name: entry.service_name, count: entry.count });
  }
  return [...sums.values()].sort((a, b) => a.service.localeCompare(b.service));
}
