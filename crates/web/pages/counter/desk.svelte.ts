// One counter as its clerk sees it: loaded on every change of the Board, changed by acts under one key each.
import { ask, Problem, Unreachable } from '../shared/api.ts';
import { poll, type Poll } from '../shared/backoff.ts';
import type { Language } from '../shared/messages/index.ts';
import { insist } from '../shared/retry.ts';
import { BoardStream, type Link } from '../shared/stream.ts';
import type { BoardWaiting, CounterAnswer, CounterView, Menu } from '../shared/types.ts';
import type { Act } from './actions.ts';

/** Why an act did not go through: the lobby refused, or nobody knows. Worded in the language of the moment. */
export type Failure = Problem | 'unknown';

/** An act that the lobby would do after all, if somebody stands by it. */
interface Confirmable {
  act: Act;
  body: Record<string, unknown>;
}

/** An act is repeated under its key for so long; a clerk then decides with the state in view. */
const GIVE_UP_MS = 12_000;
/** The Board triggers a reload; this only covers a stream that is down or a page in the background. */
const RELOAD_MS = 15_000;
/** A busy hall changes the Board several times a second; a clerk's page need not follow each. */
const GATHER_MS = 150;

export class DeskModel {
  answer: CounterAnswer | undefined = $state.raw();
  menu: Menu | undefined = $state.raw();
  counters: CounterView[] = $state.raw([]);
  waiting: BoardWaiting[] = $state.raw([]);
  link: Link = $state.raw({ freshness: 'starting', since: undefined, refused: false });
  /** Device time (ms) at which `answer` was true; `undefined` before the first. */
  seenAt: number | undefined = $state();
  /** The last reload failed: `answer` may be old. */
  behind = $state(false);
  unknown = $state(false);
  sending: 'no' | 'yes' | 'again' = $state('no');
  problem: Failure | undefined = $state.raw();
  confirmable: Confirmable | undefined = $state.raw();

  readonly #counter: string;
  #reload: Poll | undefined;
  #stream: BoardStream | undefined;
  #gather: ReturnType<typeof setTimeout> | undefined;
  /** Counts acts: a reload that was under way while an act went through brings an older picture. */
  #acts = 0;

  constructor(counter: string) {
    this.#counter = counter;
  }

  get #path(): string {
    return `/api/v1/counters/${encodeURIComponent(this.#counter)}`;
  }

  start(): () => void {
    this.#reload = poll(
      () => this.#look(),
      { everyMs: () => RELOAD_MS, retryMs: 1_000, maxMs: 5_000 },
      { found: () => undefined, failed: (error) => this.#lookFailed(error) },
    );
    this.#stream = new BoardStream('clerk', {
      board: (board) => {
        this.waiting = board.waiting;
        clearTimeout(this.#gather);
        this.#gather = setTimeout(() => this.#reload?.now(), GATHER_MS);
      },
      link: (link) => (this.link = link),
    });
    this.#stream.start();
    return () => {
      this.#reload?.stop();
      this.#stream?.stop();
      clearTimeout(this.#gather);
    };
  }

  async #look(): Promise<void> {
    const acts = this.#acts;
    const answer = await ask<CounterAnswer>(this.#path, { role: 'clerk' });
    this.behind = false;
    this.unknown = false;
    if (acts === this.#acts && this.sending === 'no') this.#show(answer);
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

  #show({ counter, ticket }: CounterAnswer): void {
    // An act answers with the ticket that it was about; only who still stands here is current.
    this.answer = { counter, ticket: ticket?.number === counter.number ? ticket : null };
    this.seenAt = Date.now();
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
    this.sending = 'yes';
    this.problem = undefined;
    this.confirmable = undefined;
    try {
      const answer = await insist<CounterAnswer>(
        `${this.#path}/${act === 'outcome' ? 'finish' : act}`,
        { role: 'clerk', body },
        { giveUpMs: GIVE_UP_MS, onRetry: () => (this.sending = 'again') },
      );
      this.#show(answer);
    } catch (error) {
      this.problem = failureOf(error);
      if (error instanceof Problem && error.code === 'nobody_open') this.confirmable = { act, body };
    } finally {
      this.#acts += 1;
      this.sending = 'no';
      this.#reload?.now();
    }
  }

  /** Does what was refused for want of an open counter: somebody stands by it. */
  async confirm(): Promise<void> {
    const wish = this.confirmable;
    if (wish) await this.act(wish.act, { ...wish.body, confirm: true });
  }

  serviceName(id: string, language: Language): string {
    return this.menu?.services.find((service) => service.id === id)?.name[language] ?? id;
  }

  laneName(id: string, language: Language): string {
    return this.menu?.lanes.find((lane) => lane.id === id)?.name[language] ?? id;
  }
}

/** A lobby that failed in the middle (5xx) has not refused: what it did is unknown. */
function failureOf(error: unknown): Failure {
  if (error instanceof Problem && error.status < 500) return error;
  if (!(error instanceof Unreachable || error instanceof Problem)) console.error(error);
  return 'unknown';
}
