// What the kiosk does, one customer after the other: where they are, and what a touch means there.
import { Problem, Unreachable } from '../shared/api.ts';
import { pick } from '../shared/format.ts';
import { known, type MessageKey } from '../shared/messages/index.ts';
import { explain } from '../shared/messages/problems.ts';
import type { Issued, Menu } from '../shared/types.ts';
import { Patience } from './patience.svelte.ts';
import { numberOf } from './reader.ts';
import { callHelp, followPaper, printAgain, readCard, take, type Choice, type Paper } from './taking.ts';
import { Visit } from './visit.svelte.ts';

export type Phase =
  | { name: 'home' }
  | { name: 'rule' }
  | { name: 'appointment' }
  | { name: 'late'; service: string }
  | { name: 'card'; service: string }
  | { name: 'live' }
  | { name: 'issuing'; slow: boolean }
  /** `had`: the customer had the number already, and nothing was printed for it yet. */
  | { name: 'issued'; issued: Issued; paper: Paper; had: boolean }
  | { name: 'failed'; title: MessageKey; detail: string };

/** A double tap must not press the button that appears beneath the finger: "Done" becomes a service, a service "anyway". */
const DOUBLE_TAP_MS = 600;
const FINGER_PX = 60;
/** How long a card that was not read is spoken of. Seconds. */
const BAD_CARD_S = 8;
/** What an appointment's code is made of. */
const CODE = /^[A-Za-z0-9-]{1,32}$/;

export class Desk {
  readonly visit = new Visit();
  readonly patience = new Patience();
  menu: Menu | undefined = $state.raw();
  trouble: 'none' | 'offline' | 'not_enrolled' = $state('none');
  phase: Phase = $state.raw({ name: 'home' });
  /** The customer takes a number here although there is no paper. */
  stays = $state(false);
  cardState: 'none' | 'reading' | 'bad' = $state('none');
  /** What became of a call for help. */
  helped: 'none' | 'told' | 'failed' = $state('none');
  #badFor = 0;
  #finger = { x: 0, y: 0 };
  #lastTap = { x: 0, y: 0, at: Number.NEGATIVE_INFINITY };

  /** `kiosk`: this kiosk's id, when its address names one. */
  constructor(readonly kiosk: string | undefined) {}

  know(fresh: Menu): void {
    this.visit.first = known(fresh.languages[0]) ?? 'zh-CN';
    if (!this.menu) this.visit.language = this.visit.first;
    this.menu = fresh;
    this.trouble = 'none';
  }

  nameOf(service: string): string {
    return pick(this.menu?.services.find((one) => one.id === service)?.name, this.visit.language);
  }

  /** The branch's own tag of the customer's language: it takes no other. */
  get tag(): string | undefined {
    return this.menu?.languages.find((tag) => known(tag) === this.visit.language);
  }

  // Time and touch.

  touched(event?: Event): void {
    if (event instanceof PointerEvent) this.#finger = { x: event.clientX, y: event.clientY };
    this.patience.touched();
  }

  second(): void {
    if (this.#badFor > 0 && (this.#badFor -= 1) === 0 && this.cardState === 'bad') this.cardState = 'none';
    const elsewhere = !['home', 'issuing', 'issued', 'failed'].includes(this.phase.name);
    const waits = elsewhere || (this.phase.name === 'home' && this.visit.begun);
    if (this.patience.tick(waits)) this.home();
  }

  #tapped(): void {
    this.#lastTap = { ...this.#finger, at: performance.now() };
  }

  #isDoubleTap(): boolean {
    const near = Math.hypot(this.#finger.x - this.#lastTap.x, this.#finger.y - this.#lastTap.y) < FINGER_PX;
    return near && performance.now() - this.#lastTap.at < DOUBLE_TAP_MS;
  }

  // From view to view.

  show(phase: Phase): void {
    if (this.#isDoubleTap()) return;
    this.phase = phase;
    this.#tapped();
  }

  /** Back to the services, everything chosen stays. */
  back(): void {
    this.show({ name: 'home' });
  }

  /** The next customer. */
  home(): void {
    this.phase = { name: 'home' };
    this.#tapped();
    this.stays = false;
    this.cardState = 'none';
    this.helped = 'none';
    this.visit.reset();
    this.patience.reset();
  }

  stay(): void {
    this.stays = true;
    this.#tapped();
  }

  open(group: string | undefined): void {
    if (this.#isDoubleTap()) return;
    this.visit.group = group;
    this.#tapped();
  }

  // Numbers.

  choose(service: string): void {
    if (this.phase.name !== 'home' || this.trouble !== 'none' || this.#isDoubleTap()) return;
    const wanted = this.menu?.services.find((one) => one.id === service);
    if (wanted?.identity === 'required' && !this.visit.card) this.show({ name: 'card', service });
    else if (wanted?.past_closing) this.show({ name: 'late', service });
    else void this.#issue({ service });
  }

  takeAnyway(service: string): void {
    if (this.trouble === 'none' && !this.#isDoubleTap()) void this.#issue({ service });
  }

  checkIn(code: string): void {
    if (this.trouble === 'none' && this.phase.name === 'appointment') void this.#issue({ appointment: code });
  }

  async #issue(what: Pick<Partial<Choice>, 'service' | 'appointment'>): Promise<void> {
    const { visit, kiosk } = this;
    const choice: Choice = {
      service: what.service,
      appointment: what.appointment,
      lane: what.appointment ? undefined : visit.lane,
      language: this.tag,
      needs: [...visit.needs],
      card: visit.card?.card,
      kiosk,
    };
    await this.#getting(() => take(choice, () => (this.phase = { name: 'issuing', slow: true })), 'kiosk_unknown');
  }

  /** The same number on paper once more. */
  async copy(track: string): Promise<void> {
    if (this.#isDoubleTap()) return;
    await this.#getting(async () => ({ ...(await printAgain(track, this.kiosk)), again: false }), 'kiosk_failed');
  }

  async #getting(get: () => Promise<Issued>, lost: MessageKey): Promise<void> {
    this.#tapped();
    this.phase = { name: 'issuing', slow: false };
    try {
      await this.#showPaper(await get());
    } catch (error) {
      this.phase = { name: 'failed', ...this.#wordsFor(error, lost) };
    }
  }

  async #showPaper(issued: Issued): Promise<void> {
    const had = issued.again === true;
    this.phase = { name: 'issued', issued, paper: 'printing', had };
    if (had) return;
    const mine = () => this.phase.name === 'issued' && this.phase.issued === issued;
    const changing = () => this.menu?.paper?.state === 'changing';
    const paper = await followPaper(issued, { stopped: () => !mine(), changing });
    if (mine()) this.phase = { name: 'issued', issued, paper, had };
  }

  #wordsFor(error: unknown, lost: MessageKey): { title: MessageKey; detail: string } {
    if (error instanceof Problem && error.status < 500) {
      return { title: 'kiosk_failed', detail: explain(error, this.visit.language) };
    }
    if (!(error instanceof Unreachable || error instanceof Problem)) console.error(error);
    return { title: lost, detail: '' };
  }

  // Cards and help.

  /** A reader typed something: a card, or on the view of appointments a code. */
  async scanned(reading: string): Promise<void> {
    if (this.trouble !== 'none' || !['home', 'card', 'appointment', 'live', 'rule'].includes(this.phase.name)) return;
    this.patience.touched();
    if (this.phase.name === 'appointment') {
      if (CODE.test(reading)) this.checkIn(reading);
      return;
    }
    if (this.cardState === 'reading') return;
    this.cardState = 'reading';
    try {
      const card = await readCard(numberOf(reading));
      this.cardState = 'none';
      this.visit.card = card;
      if (this.phase.name === 'card') this.#goOn(this.phase.service);
      else if (card.live.length > 0) this.phase = { name: 'live' };
      else this.phase = { name: 'home' };
    } catch {
      // Whatever it was: the customer may read it again or go on without it, and is told so.
      this.cardState = 'bad';
      this.#badFor = BAD_CARD_S;
    }
  }

  /** The card that a service asked for is there. */
  #goOn(service: string): void {
    if (this.menu?.services.find((one) => one.id === service)?.past_closing) this.phase = { name: 'late', service };
    else void this.#issue({ service });
  }

  async help(): Promise<void> {
    try {
      await callHelp(this.tag, this.kiosk);
      this.helped = 'told';
    } catch {
      this.helped = 'failed';
    }
  }
}
