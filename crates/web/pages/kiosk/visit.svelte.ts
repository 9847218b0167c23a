// What one customer chose. The next one finds nothing of it.
import type { Language } from '../shared/messages/index.ts';
import type { CardRead, Need } from '../shared/types.ts';

export class Visit {
  language: Language = $state('zh-CN');
  lane: string | undefined = $state();
  needs: Need[] = $state([]);
  card: CardRead | undefined = $state.raw();
  /** The group whose services are shown. */
  group: string | undefined = $state();
  large = $state(false);
  contrast = $state(false);
  /** All controls in the lower half of the glass. */
  low = $state(false);
  speech = $state(false);

  /** Somebody has begun, and may have walked away. */
  readonly begun: boolean = $derived.by(
    () =>
      this.lane !== undefined || this.needs.length > 0 || this.card !== undefined || this.group !== undefined ||
      this.large || this.contrast || this.low || this.speech || this.language !== this.first,
  );

  /** `first` is the branch's usual language. */
  first: Language = $state('zh-CN');

  reset(): void {
    this.language = this.first;
    this.lane = undefined;
    this.needs = [];
    this.card = undefined;
    this.group = undefined;
    this.large = false;
    this.contrast = false;
    this.low = false;
    this.speech = false;
  }

  toggleNeed(need: Need): void {
    this.needs = this.needs.includes(need) ? this.needs.filter((one) => one !== need) : [...this.needs, need];
  }

  toggleLane(lane: string): void {
    this.lane = this.lane === lane ? undefined : lane;
  }
}
