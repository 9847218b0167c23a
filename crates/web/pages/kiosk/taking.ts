// Taking one number at the kiosk: the wish, and what became of its paper.
import { ask } from '../shared/api.ts';
import { tokenOf } from '../shared/format.ts';
import { insist } from '../shared/retry.ts';
import type { CardRead, Issued, MenuPaper, Need, PrintState, Tracked } from '../shared/types.ts';

/** What the customer chose. */
export interface Choice {
  /** Left out with an appointment. */
  service: string | undefined;
  lane: string | undefined;
  /** The branch's own tag of the language. */
  language: string | undefined;
  needs: readonly Need[];
  /** What the lobby gave for a card that was read. */
  card: string | undefined;
  /** Code of an appointment. */
  appointment: string | undefined;
  /** This kiosk's id, when its address names one: it says which printer the paper comes from. */
  kiosk: string | undefined;
}

/** The customer stands there and looks at us: longer than this nobody waits. */
const GIVE_UP_MS = 15_000;

/** Takes a number. One call is one wish: a second tap must be a second call. */
export function take(choice: Choice, onSlow: () => void): Promise<Issued> {
  return insist<Issued>('/api/v1/tickets', { role: 'kiosk', body: choice }, { giveUpMs: GIVE_UP_MS, onRetry: onSlow });
}

/** Tells the lobby what the reader typed. The number is in nobody's hands afterwards. */
export function readCard(number: string): Promise<CardRead> {
  return insist<CardRead>('/api/v1/cards', { role: 'kiosk', body: { number } }, { giveUpMs: 8_000 });
}

/** Another paper of a number that the customer has. */
export function printAgain(track: string, kiosk: string | undefined): Promise<Issued> {
  return insist<Issued>('/api/v1/copies', { role: 'kiosk', body: { track, kiosk } }, { giveUpMs: GIVE_UP_MS });
}

/** Calls the greeter. */
export function callHelp(language: string | undefined, kiosk: string | undefined): Promise<unknown> {
  return insist('/api/v1/help', { role: 'kiosk', body: { language, kiosk } }, { giveUpMs: 8_000 });
}

/** What the kiosk may say about the paper. `unknown`: no word came in time; `changing`: it comes when the new roll is in. */
export type Paper = 'printing' | 'changing' | 'printed' | 'failed' | 'uncertain' | 'unknown';

/** A ticket takes 2 to 5 s on an 80 mm printer; this allows for one in front of it and a slow line. */
const PAPER_LIMIT_MS = 20_000;
/** A roll is changed in a minute; longer than this nobody stands there for it. */
const CHANGE_LIMIT_MS = 180_000;
const LOOK_EVERY_MS = 1_000;

export interface Looking {
  look: (token: string) => Promise<PrintState>;
  now: () => number;
  wait: (ms: number) => Promise<void>;
}

const looking: Looking = {
  look: async (token) =>
    (await ask<Tracked>(`/api/v1/track/${token}`, { role: 'kiosk', timeoutMs: 2_000 })).print,
  now: () => performance.now(),
  wait: (ms) => new Promise((done) => setTimeout(done, ms)),
};

/** What goes on meanwhile. */
export interface Meanwhile {
  /** The customer has gone. */
  stopped: () => boolean;
  /** Staff change the paper. */
  changing?: () => boolean;
}

/**
 * Follows the paper of an issued ticket to its end. Never says `printed` unless the lobby does; a look that
 * fails is not an answer.
 */
export async function followPaper(
  issued: Pick<Issued, 'print' | 'track'>,
  { stopped, changing = () => false }: Meanwhile,
  world: Looking = looking,
): Promise<Paper> {
  const token = tokenOf(issued.track);
  const began = world.now();
  let since = began;
  for (let state = issued.print; ; ) {
    const outcome = paperOf(state);
    if (outcome !== 'printing') return outcome;
    if (changing()) since = world.now(); // the time to print begins when the new roll is in
    const late = world.now() - since > PAPER_LIMIT_MS || world.now() - began > CHANGE_LIMIT_MS;
    if (token === undefined || stopped() || late) return 'unknown';
    await world.wait(LOOK_EVERY_MS);
    state = await world.look(token).catch(() => state);
  }
}

/** Whether the kiosk sends customers elsewhere: where nobody else has paper either, a number on the screen is better than none. */
export function isPaused(paper: MenuPaper): boolean {
  return paper.state === 'changing' || (paper.state === 'out_of_order' && paper.other_kiosks.length > 0);
}

/** What to tell the customer now: nobody waits for paper from a printer that is known to have none. */
export function toldOf(paper: Paper, kiosk: MenuPaper | null): Paper {
  if (paper !== 'printing') return paper;
  if (kiosk?.state === 'changing') return 'changing';
  return kiosk?.state === 'out_of_order' ? 'unknown' : paper;
}

/** `none` means that no printer took the job: for the customer that is no paper. */
export function paperOf(state: PrintState): Paper {
  if (state === 'queued') return 'printing';
  return state === 'none' ? 'failed' : state;
}
