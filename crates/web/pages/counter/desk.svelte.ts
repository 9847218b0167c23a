// One counter as its clerk sees it: a level that the lobby sends on every change, changed by acts under one key each.
//
// Two pages of one clerk follow each other through the lobby. An act says which ticket the page had in view, so that an
// old view does nothing to another customer. An act whose answer is lost is repeated under its key, also by the page
// that is loaded again in the middle of it.
import { ask, Problem } from '../shared/api.ts';
import { poll, type Poll } from '../shared/backoff.ts';
import { failureOf, type Failure } from '../shared/failure.ts';
import type { Language } from '../shared/messages/index.ts';
import { insist, newKey } from '../shared/retry.ts';
import { LevelStream, type Link } from '../shared/stream.ts';
import type { CounterAnswer, CounterQueue, CounterView, Menu, Note, OwnDay, Ticket, TicketDetail } from '../shared/types.ts';
import type { Act } from './actions.ts';
import { forget, recall, remember, type Pending } from './pending.ts';

/** An act that the lobby would do after all, if somebody stands by it. */
interface Confirmable {
  act: Act;
  body: Record<string, unknown>;
}

/** An act is repeated under its key for so long; a clerk then decides with the state in view. */
const GIVE_UP_MS = 60_000;
/** The stream brings every change; this only covers one that is down, or a page in the background. */
const RELOAD_MS = 15_000;
/** How often the own day is asked for beside what the acts of this page change. */
const DAY_MS = 60_000;

/** Acts that are about the ticket itself, wherever it stands. */
const OF_TICKETS: readonly Act[] = ['note', 'then'];

export class DeskModel {
  queue: CounterQueue | undefined = $state.raw();
  menu: Menu | undefined = $state.raw();
  counters: CounterView[] = $state.raw([]);
  notes: Note[] = $state.raw([]);
  day: OwnDay | undefined = $state.raw();
  link: Link = $state.raw({ freshness: 'starting', since: undefined, refused: false });
  /** The lobby's clock, as far as this page can tell (ms). This device's own may be wrong. */
  now = $state(Date.now());
  /** Device time (ms) at which `queue` was true; `undefined` before the first. */
  seenAt: number | undefined = $state();
  /** The last reload failed: `queue` may be old. */
  behind = $state(false);
  unknown = $state(false);
  sending: 'no' | 'yes' | 'again' = $state('no');
  problem: Failure | undefined = $state.raw();
  confirmable: Confirmable | undefined = $state.raw();

  readonly #counter: string;
  #reload: Poll | undefined;
  #days: Poll | undefined;
  #stream: LevelStream<CounterQueue> | undefined;
  #ticks: ReturnType<typeof setInterval> | undefined;
  /** The lobby's clock less this device's, in ms. */
  #ahead = 0;
  /** Counts acts: a picture that was asked for before an act went through is older than its answer. */
  #acts = 0;
  #noted = '';

  constructor(counter: string) {
    this.#counter = counter;
  }

  get #path(): string {
    return `/api/v1/counters/${encodeURIComponent(this.#counter)}`;
  }

  start(): () => void {
    const failed = (error: unknown) => this.#lookFailed(error);
    const rhythm = { retryMs: 1_000, maxMs: 5_000 };
    this.#reload = poll(() => this.#look(), { everyMs: () => RELOAD_MS, ...rhythm }, { found: () => undefined, failed });
    this.#days = poll(
      () => ask<OwnDay>(`${this.#path}/day`, { role: 'clerk' }),
      { everyMs: () => DAY_MS, retryMs: 5_000, maxMs: DAY_MS },
      { found: (day) => (this.day = day), failed: (error) => console.warn('the day in numbers is not there yet', error) },
    );
    this.#stream = new LevelStream<CounterQueue>(
      {
        address: `${this.#path}/queue/events?role=clerk`,
        event: 'queue',
        probe: () => ask(`${this.#path}/queue`, { role: 'clerk' }),
      },
      {
        value: (queue) => this.sending === 'no' && this.#show(queue),
        time: (at) => this.#tell(at),
        link: (link) => (this.link = link),
      },
    );
    this.#stream.start();
    this.#ticks = setInterval(() => (this.now = Date.now() + this.#ahead), 1_000);
    const before = recall(this.#counter);
    if (before) void this.#send(before);
    return () => {
      this.#reload?.stop();
      this.#days?.stop();
      this.#stream?.stop();
      clearInterval(this.#ticks);
    };
  }

  async #look(): Promise<void> {
    const acts = this.#acts;
    const queue = await ask<CounterQueue>(`${this.#path}/queue`, { role: 'clerk' });
    this.behind = false;
    this.unknown = false;
    if (acts === this.#acts && this.sending === 'no') this.#show(queue);
    if (!this.menu) void this.#loadNames();
  }

  /** Names of services and lanes. Without them their ids stand; the next reload asks again. */
  async #loadNames(): Promise<void> {
    try {
      this.menu = await ask<Menu>('/api/v1/menu', { role: 'clerk' });
    } catch (error) {
      console.warn('names of services are not there yet', error);
    }
  }

  #lookFailed(error: unknown): void {
    this.behind = true;
    this.unknown = error instanceof Problem && error.status === 404;
    if (error instanceof Problem && [401, 403].includes(error.status)) this.link = { ...this.link, refused: true };
  }

  #tell(at: string): void {
    this.#ahead = Date.parse(at) - Date.now();
    this.now = Date.parse(at);
  }

  #show(queue: CounterQueue): void {
    // Answers overtake each other; what is older than the picture in view is no news.
    if (this.queue && Date.parse(queue.at) < Date.parse(this.queue.at)) return;
    if (queue.ticket?.id !== this.queue?.ticket?.id) this.problem = undefined;
    this.queue = queue;
    this.seenAt = Date.now();
    this.#tell(queue.at);
    void this.#loadNotes(queue.ticket);
  }

  /** The words of notes are on no level: they are asked for when the number of notes says that there are some. */
  async #loadNotes(ticket: Ticket | null): Promise<void> {
    const wanted = ticket?.notes ? `${ticket.id} ${ticket.notes}` : '';
    if (wanted === this.#noted) return;
    this.#noted = wanted;
    this.notes = [];
    if (!ticket?.notes) return;
    try {
      const detail = await ask<TicketDetail>(`/api/v1/tickets/${encodeURIComponent(ticket.id)}`, { role: 'clerk' });
      if (this.#noted === wanted) this.notes = detail.notes ?? [];
    } catch (error) {
      this.#noted = '';
      console.warn('the notes are not there yet', error);
    }
  }

  /** Loads the other counters, for a transfer. */
  async loadCounters(): Promise<void> {
    try {
      this.counters = (await ask<{ counters: CounterView[] }>('/api/v1/counters', { role: 'clerk' })).counters;
    } catch (error) {
      this.counters = [];
      this.problem = failureOf(error);
    }
  }

  /** Sends one act, once, however often the network drops it. Does nothing while another is under way. */
  async act(act: Act, body: Record<string, unknown> = {}): Promise<void> {
    if (this.sending !== 'no') return;
    const ticket = this.queue?.ticket;
    const about = OF_TICKETS.includes(act) && ticket ? `/api/v1/tickets/${encodeURIComponent(ticket.id)}` : this.#path;
    // Help is wanted whoever stands there; everything else is meant for who is in view.
    const free = OF_TICKETS.includes(act) || act === 'help' || act === 'dispute';
    await this.#send({
      act,
      path: `${about}/${act === 'outcome' ? 'finish' : act}`,
      body: free ? body : { ...body, expect: ticket?.id ?? null },
      key: newKey(),
      at: Date.now(),
    });
  }

  async #send(wish: Pending): Promise<void> {
    this.sending = 'yes';
    this.problem = undefined;
    this.confirmable = undefined;
    remember(this.#counter, wish);
    try {
      const answer = await insist<CounterAnswer | Ticket>(
        wish.path,
        { role: 'clerk', body: wish.body },
        { key: wish.key, giveUpMs: GIVE_UP_MS, onRetry: () => (this.sending = 'again') },
      );
      if ('counter' in answer && answer.counter && typeof answer.counter === 'object') this.#answered(answer as CounterAnswer);
    } catch (error) {
      this.problem = failureOf(error);
      if (error instanceof Problem && error.code === 'nobody_open') this.confirmable = { act: wish.act, body: wish.body };
    } finally {
      forget(this.#counter);
      this.#acts += 1;
      this.sending = 'no';
      this.#reload?.now();
      this.#days?.now();
    }
  }

  /** The answer to an act is in view at once; the level with those who come next follows. */
  #answered({ counter, ticket }: CounterAnswer): void {
    if (!this.queue) return;
    // An act answers with the ticket that it was about; only who still stands here is current.
    this.queue = { ...this.queue, counter, ticket: ticket?.number === counter.number ? ticket : null };
    void this.#loadNotes(this.queue.ticket);
  }

  /** Does what was refused for want of an open counter: somebody stands by it. */
  async confirm(): Promise<void> {
    const wish = this.confirmable;
    if (wish) await this.act(wish.act, { ...wish.body, confirm: true });
  }

  /** How long ago that was by the lobby's clock, in ms. */
  since(at: string | null | undefined): number {
    return at ? this.now - Date.parse(at) : 0;
  }

  serviceName(id: string, language: Language): string {
    return this.menu?.services.find((service) => service.id === id)?.name[language] ?? id;
  }

  laneName(id: string, language: Language): string {
    return this.menu?.lanes.find((lane) => lane.id === id)?.name[language] ?? id;
  }
}
