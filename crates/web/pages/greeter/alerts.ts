// Alerts as the tablet sorts them and makes itself heard. Pure but for `ring`.
import type { Alert } from '../shared/types.ts';

const WEIGHT = { urgent: 0, warning: 1, info: 2 } as const;

/** Those that nobody has answered yet: the urgent ones first, then the older ones. */
export function open(alerts: readonly Alert[]): Alert[] {
  const left = alerts.filter((alert) => alert.acked_at === null && alert.cleared_at === null);
  return left.sort((a, b) => WEIGHT[a.level] - WEIGHT[b.level] || Date.parse(a.at) - Date.parse(b.at));
}

/** Whether one of them is worth a sound: it was not there before, or it went on to the manager meanwhile. */
export function hasNews(before: readonly Alert[], now: readonly Alert[]): boolean {
  const known = new Map(before.map((alert) => [alert.id, alert.escalated]));
  return open(now).some((alert) => alert.level !== 'info' && known.get(alert.id) !== alert.escalated);
}

let audio: AudioContext | undefined;

/** Two short tones, and a shake where the tablet can. Browsers allow both once somebody has touched the page. */
export function ring(loud: boolean): void {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([200, 100, 200]);
  if (!loud || typeof AudioContext === 'undefined') return;
  audio ??= new AudioContext();
  void audio.resume();
  [880, 660].forEach((pitch, n) => {
    const [tone, volume] = [audio!.createOscillator(), audio!.createGain()];
    const from = audio!.currentTime + n * 0.25;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.2, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + 0.22);
    tone.connect(volume).connect(audio!.destination);
    tone.start(from);
    tone.stop(from + 0.23);
  });
}
