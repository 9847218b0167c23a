// Lines and their keys as the lobby tells them, and the words on the keys.
import { isKey, type MessageKey, type Translate } from '../shared/messages/index.ts';

export interface LineKey {
  key: string;
  ticked: boolean;
}

export interface LineUnit {
  unit: number;
  counter: string;
  walking: boolean;
  complete: boolean;
  walked_at: string | null;
  walked_by: string | null;
  keys: LineKey[];
  others: string[];
}

export interface Walk {
  by: string;
  since: string;
  until: string;
  ticked: number;
  keys: number;
}

export interface Line {
  line: string;
  port: string;
  profile: string;
  speed: string;
  walk: Walk | null;
  units: LineUnit[];
}

/** Keys whose words are those of the act on the counter page. */
const ACTS: Partial<Record<string, MessageKey>> = {
  next: 'act_next', recall: 'act_recall', 'no-show': 'act_no_show', arrived: 'act_arrived', finish: 'act_finish',
  hold: 'act_hold', pause: 'act_pause', transfer: 'act_transfer',
};

/** What stands on a key: a digit, an act, `rate-3` in words; the lobby's own name where there are none. */
export function keyWords(key: string, t: Translate): string {
  const act = ACTS[key];
  if (act) return t(act);
  const rate = /^rate-(\d)$/.exec(key)?.[1];
  if (rate) return t('key_rate', { n: rate });
  const own = `key_${key.replaceAll('-', '_')}`;
  return isKey(own) ? t(own) : key;
}

/** How often the page asks: quickly while keys are being pressed. */
export function rhythm(lines: Line[]): number {
  return lines.some((line) => line.walk) ? 300 : 3_000;
}

/** Keys of a unit that have not come through. */
export function left(unit: LineUnit): number {
  return unit.keys.filter((key) => !key.ticked).length;
}
