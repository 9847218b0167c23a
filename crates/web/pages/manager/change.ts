// A change to try, as the lobby reads it in `GET /api/v1/forecast?change=…`: parts with colons, `@` for from when.

export type Kind = 'open' | 'close' | 'move' | 'rule';
export const KINDS: readonly Kind[] = ['open', 'close', 'move', 'rule'];

/** Presets of the rule (DISCIPLINE section 1). */
export const RULES = ['targets', 'fifo', 'strict', 'shares'] as const;

export interface Draft {
  kind: Kind;
  counter: string;
  /** What the counter serves from then on. */
  services: string[];
  rule: (typeof RULES)[number];
  /** Local time `10:30`, or empty for at once. A counter is given other services at once. */
  from: string;
}

/** `open:4@10:30`, `move:3:cash+loan`, `rule:fifo`. Nothing while something is still to be chosen. */
export function wordsOf({ kind, counter, services, rule, from }: Draft): string | undefined {
  if (kind === 'rule') return `rule:${rule}`;
  if (!counter) return undefined;
  if (kind === 'move') return services.length > 0 ? `move:${counter}:${services.join('+')}` : undefined;
  return `${kind}:${counter}${from ? `@${from}` : ''}`;
}

/** Counters that the change can be about: only a closed one opens, only an open one closes or moves. */
export function candidates<C extends { state: string }>(kind: Kind, counters: readonly C[]): C[] {
  return counters.filter(({ state }) => (kind === 'open' ? state === 'closed' : state !== 'closed'));
}
