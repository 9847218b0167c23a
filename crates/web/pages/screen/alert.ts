// The lines of an emergency: everybody finds their own.
import { known, type Language } from '../shared/messages/index.ts';
import type { Text } from '../shared/types.ts';

export interface AlertLine {
  tag: string;
  words: string;
}

/** Every text there is, those of the screen's languages first and in their order. */
export function alertLines(text: Text | undefined, tongues: readonly Language[]): AlertLine[] {
  const rank = (tag: string) => {
    const at = tongues.findIndex((tongue) => tongue === known(tag));
    return at < 0 ? tongues.length : at;
  };
  return Object.entries(text ?? {})
    .flatMap(([tag, words]) => (words ? [{ tag, words }] : []))
    .sort((a, b) => rank(a.tag) - rank(b.tag));
}
