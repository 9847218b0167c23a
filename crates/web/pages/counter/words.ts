// Reasons in words.
import type { Translate } from '../shared/messages/index.ts';
import type { Why } from '../shared/types.ts';

/** Why it is called, on one line. Points come in hundredths. */
export function whyWords(why: Why, t: Translate): string {
  return t(`why_${why.rule}`, { points: ((why.points ?? 0) / 100).toFixed(2), reason: why.reason ?? '' });
}

/** The same as a word, for lists. */
export function whyShort(why: Why, t: Translate): string {
  return t(`why_short_${why.rule}`, { points: ((why.points ?? 0) / 100).toFixed(1) });
}
