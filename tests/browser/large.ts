// The hall of `large.toml`: thirty counters, each as counters are on a busy morning.
import type { Hall } from './hall.ts';

export const SERVICES = [
  'cash', 'account', 'loan', 'fx', 'wealth', 'social', 'lost', 'online', 'fund', 'insure', 'tax', 'other',
];

/** Opens the counters; every fifth is paused, every seventh stays closed. */
export async function fillLarge(hall: Hall): Promise<void> {
  for (let counter = 1; counter <= 30; counter += 1) {
    if (counter % 7 === 0) continue;
    await hall.act(String(counter), 'open');
    if (counter % 5 === 0) await hall.act(String(counter), 'pause', { reason: 'meal' });
  }
}
