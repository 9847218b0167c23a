// Times, ranges and names as people read them. Pure: language and zone are arguments.
import type { Language, Translate } from './messages/index.ts';
import type { Estimate, Notice, Text } from './types.ts';

/** Who reads a language reads these too, best first. */
const READS: Readonly<Record<Language, readonly string[]>> = {
  'zh-CN': ['zh-CN', 'zh-Hant', 'yue'],
  'zh-Hant': ['zh-Hant', 'yue', 'zh-CN'],
  en: ['en'],
};

/** `text` in `language` or one that its readers read, else in the branch's other language, else nothing. */
export function pick(text: Text | null | undefined, language: Language): string {
  if (!text) return '';
  const tag = READS[language].find((one) => text[one]);
  if (tag) return text[tag] ?? '';
  return Object.values(text).find((words) => words) ?? '';
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

/** A wait in whole minutes as people are told it. */
export interface Minutes {
  about: number;
  upTo: number;
}

/** Upper bounds are told in steps of so many minutes: nobody plans by single ones. */
const BOUND_STEP = 5;

/** P50 to whole minutes, the bound up to the next five: never promised shorter than it is. */
export function minutes(estimate: Estimate): Minutes {
  const about = Math.max(1, Math.round(estimate.p50_s / 60));
  return { about, upTo: Math.max(about, Math.ceil(estimate.high_s / 60 / BOUND_STEP) * BOUND_STEP) };
}

/** Nobody is before, and it takes less than a minute. */
export function isNow(estimate: Estimate, before: number): boolean {
  return before === 0 && estimate.p50_s < 60;
}

/** How a wait is told: nothing where it is not known, else "now", a range, or one number. */
export function waitWords(estimate: Estimate | null | undefined, before: number, t: Translate): string {
  if (!estimate) return '';
  if (isNow(estimate, before)) return t('wait_now');
  const { about, upTo } = minutes(estimate);
  return upTo > about ? t('wait_range', { about, upTo }) : t('wait_about', { about });
}

/** The token of a phone page's path `/t/{token}`, or `undefined` when the path is another. */
export function tokenOf(path: string): string | undefined {
  return /^\/t\/([^/?#]+)\/?$/.exec(path)?.[1];
}

/** A length of time as on a stopwatch: `4:05`, `1:02:03`. Nothing is ever younger than nought. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
