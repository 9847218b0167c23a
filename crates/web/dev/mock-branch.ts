// The pretend branch behind the mock lobby. Order of calling: first come; nothing else is judged.
import type {
  Board, BoardCall, CounterAnswer, CounterQueue, CounterView, Estimate, Menu, PrintState, ScreenList, ScreenSettings, Text, Ticket, TicketState,
} from '../pages/shared/types.ts';

type Reply = { status: number; body: unknown };

const SERVICES: { id: string; series: string; name: Text; papers: Text[] }[] = [
  { id: 'cash', series: 'A', name: { 'zh-CN': '现金业务', en: 'Cash' }, papers: [] },
  { id: 'account', series: 'B', name: { 'zh-CN': '开户与账户', en: 'Accounts' }, papers: [{ 'zh-CN': '身份证', en: 'ID card' }] },
  { id: 'loan', series: 'C', name: { 'zh-CN': '贷款咨询', en: 'Loans' }, papers: [] },
];
const LANES = [
  { id: 'regular', name: { 'zh-CN': '普通', en: 'Regular' }, self_service: true },
  { id: 'priority', name: { 'zh-CN': '爱心优先', en: 'Priority' }, self_service: true },
  { id: 'vip', name: { 'zh-CN': '贵宾', en: 'VIP' }, self_service: false },
];
const BRANCH: Text = { 'zh-CN': '示范网点', en: 'Demo branch' };

const refuse = (status: number, code: string, detail: string): Reply => ({
  status,
  body: { type: 'about:blank', title: code, status, code, detail },
});

/** A ticket and what only the lobby knows of it. */
type Held = Ticket & { printedAt: number; later: boolean; rating: number | null; promised: Estimate };

/** Counter 2 was told to take something else today. */
function planned({ counter, services }: CounterView): object {
  const takes = { serves: services, overflow: [{ serves: '*/vip', after_min: 8 }] };
  if (counter !== '2') return { takes, run_plan: null };
  const configured = { serves: ['cash', 'account'], overflow: [] };
  const toml = '[[counters]]\nid = "2"\nserves = ["cash"]\n';
  return { takes, run_plan: { since: new Date().toISOString(), reason: '贷款排队', configured, toml } };
}

export class MockBranch {
  #tickets: Held[] = [];
  #calls: BoardCall[] = [];
  #caption: Board['caption'] = null;
  #counters: CounterView[] = ['1', '2', '3', '4'].map((counter) => ({
    counter, label: counter, state: 'closed', ready: false, number: null, staff: null,
    services: counter === '2' ? ['cash'] : SERVICES.map((service) => service.id),
    takes_over: [], reason: null, waiting: 0, held: [],
  }));
  #seq = 0;
  #paper: 'ok' | 'paper_out' | 'paper_change' | 'uncertain' = 'ok';
  #elsewhere = false;
  #closed = false;
  #late = false;
  #pastClosing = false;

  lever(name: string): void {
    if (name === 'paper_out' || name === 'paper_change' || name === 'uncertain') this.#paper = name;
    if (name === 'elsewhere') this.#elsewhere = !this.#elsewhere;
    if (name === 'paper_ok') this.#paper = 'ok';
    if (name === 'closed') this.#closed = !this.#closed;
    if (name === 'busy') this.#busy();
    if (name === 'late') this.#late = !this.#late;
    if (name === 'past_closing') this.#pastClosing = !this.#pastClosing;
  }

  /** A hall in the middle of its day, to look at. */
  #busy(): void {
    for (const counter of this.#counters) this.#act(counter, 'open', {});
    for (let n = 0; n < 23; n += 1) this.#issue({ service: SERVICES[n % 3]!.id, lane: n % 7 ? 'regular' : 'priority' });
    for (let n = 0; n < 8; n += 1) this.#act(this.#counters[n % 3]!, 'next', {});
    this.#act(this.#counters[3]!, 'pause', { reason: 'meal' });
  }

  handle(method: string, path: string, body: Record<string, string>): Reply {
    const [area, id, act] = path.replace('/api/v1/', '').split('/');
    if (area === 'menu') return { status: 200, body: this.menu() };
    if (area === 'board') return { status: 200, body: this.board() };
    if (area === 'tickets' && method === 'POST') return this.#issue(body);
    if (area === 'cards') return this.#card(body);
    if (area === 'copies') return this.#copy(body['track'] ?? '');
    if (area === 'help') return { status: 200, body: {} };
    if (area === 'track') return this.#track(id ?? '', act, body);
    if (area !== 'counters') return refuse(404, 'not_found', 'Nothing here.');
    if (!id) return { status: 200, body: { counters: this.#counters.map((one) => this.#view(one).counter) } };
    const counter = this.#counters.find((one) => one.counter === id);
    if (!counter) return refuse(404, 'unknown_counter', 'There is no such counter.');
    if (act === 'queue') return { status: 200, body: this.#queue(counter) };
    return method === 'POST' ? this.#act(counter, act ?? '', body) : { status: 200, body: this.#view(counter) };
  }

  menu(): Menu {
    return {
      at: new Date().toISOString(),
      branch: { id: 'demo', name: BRANCH },
      business_day: this.#closed ? null : '2026-11-21',
      languages: ['zh-CN', 'en'],
      services: SERVICES.map((service) => {
        const waiting = this.#waiting().filter((one) => one.service === service.id).length;
        const why = { code: 'session_over', text: { 'zh-CN': '今日已停止取号', en: 'No more tickets today' } };
        const open = !this.#closed && service.id !== 'loan';
        const lanes = LANES.map(({ id }) => {
          const count = this.#waiting().filter((one) => one.service === service.id && one.lane === id).length;
          return { lane: id, waiting: count, estimate: estimate(id === 'regular' ? waiting : count) };
        });
        const past_closing = this.#pastClosing && service.id === 'account';
        return { ...service, open, why: open ? null : why, waiting, estimate: estimate(waiting), lanes, past_closing };
      }),
      groups: [],
      lanes: LANES,
      cards: true,
      appointments: true,
      public_url: 'http://127.0.0.1:8700',
      printer: { id: 'kiosk-1', state: this.#paper === 'uncertain' ? 'ok' : this.#paper, cause: null },
      paper: {
        state: ({ ok: 'ok', uncertain: 'ok', paper_out: 'out_of_order', paper_change: 'changing' } as const)[this.#paper],
        other_kiosks: this.#elsewhere ? [{ id: 'k2', name: { 'zh-CN': '东门取号机', en: 'Kiosk at the east door' } }] : [],
      },
    };
  }

  screens(): ScreenList {
    const hall: ScreenSettings = {
      id: 'lobby', name: {}, counter: null, layout: 'hall', services: SERVICES.map(({ id, name }) => ({ id, name })),
      counters: this.#counters.map((one) => one.counter), languages: ['zh-CN', 'en'], theme: 'auto', sound: false,
      notices: [{ 'zh-CN': '请妥善保管随身财物', en: 'Please keep your valuables with you' }], hotline: '95500', wifi: null,
    };
    const others = (['calls', 'counters', 'waiting'] as const).map((layout) => ({ ...hall, id: layout, layout }));
    return { usual: hall, screens: [hall, ...others, { ...hall, id: 'window-1', counter: '1' }] };
  }

  board(): Board {
    const groups = new Map<string, Board['waiting'][number]>();
    for (const { service, lane } of this.#waiting()) {
      const key = `${service}/${lane}`;
      const name = SERVICES.find((one) => one.id === service)!.name;
      const count = (groups.get(key)?.count ?? 0) + 1;
      groups.set(key, { service, service_name: name, lane, count, estimate: estimate(count) });
    }
    return {
      seq: (this.#seq += 1),
      at: new Date().toISOString(),
      business_day: this.#closed ? null : '2026-11-21',
      branch: BRANCH,
      counters: this.#counters.map((one) => this.#view(one).counter),
      caption: this.#caption,
      calls: this.#calls.slice(0, 8),
      waiting: [...groups.values()],
      notices: [],
      alert: null,
    };
  }

  #queue(counter: CounterView): CounterQueue {
    const next = this.#waiting().filter((one) => counter.services.includes(one.service)).slice(0, 12);
    return {
      ...this.#view(counter),
      at: new Date().toISOString(),
      next: next.map((ticket) => ({ ticket, why: { rule: 'points', points: 0 }, from: null, due: null })),
      lines: this.board().waiting.map(({ service, lane, count }) => ({
        service, lane, count, oldest: null, own: counter.services.includes(service),
      })),
    };
  }

  #waiting(): Ticket[] {
    return this.#tickets.filter((ticket) => ticket.state === 'waiting');
  }

  #issue({ service = 'account', lane: wanted, card }: Record<string, string>): Reply {
    const lane = wanted ?? (card ? 'vip' : undefined);
    const found = SERVICES.find((one) => one.id === service);
    if (!found) return refuse(404, 'unknown_service', 'There is no such service.');
    const count = this.#tickets.filter((one) => one.service === service).length + 1;
    const ahead = this.#waiting().filter((one) => one.service === service).length;
    const ticket = {
      later: false, rating: null, promised: estimate(ahead),
      id: `t${this.#tickets.length + 1}`, number: `${found.series}${String(count).padStart(3, '0')}`,
      service: found.id, lane: lane ?? 'regular', state: 'waiting' as TicketState, issued_at: new Date().toISOString(),
      counter: null, called_at: null, times: 0, why: null, language: null,
      needs: this.#tickets.length % 5 === 4 ? ['hearing'] : [], then: [],
      print: 'queued' as const, printedAt: Date.now() + 2_500,
    };
    this.#tickets.push(ticket);
    return { status: 201, body: { ticket, ahead, estimate: estimate(ahead), print: 'queued', track: `/t/${ticket.id}` } };
  }

  /** Every card is of one and the same VIP; a number that ends with 9 is not read. */
  #card({ number = '' }: Record<string, string>): Reply {
    if (number.endsWith('9')) return refuse(422, 'bad_card', 'Read the card again.');
    const live = this.#waiting().filter((one) => one.lane === 'vip');
    return {
      status: 200,
      body: {
        card: 'pass', kind: 'card', mask: '622************0018', lane: 'vip', lane_name: LANES[2]!.name, lookup: 'none',
        live: live.map(({ service, number, id }) => ({ service, number, track: `/t/${id}` })),
      },
    };
  }

  #copy(track: string): Reply {
    const ticket = this.#tickets.find((one) => `/t/${one.id}` === track);
    if (!ticket) return refuse(404, 'unknown_link', 'There is no such number.');
    ticket.printedAt = Date.now() + 2_500;
    return { status: 200, body: { ticket, ahead: 0, estimate: null, print: 'queued', again: true, track } };
  }

  #print(ticket: Held): PrintState {
    if (Date.now() < ticket.printedAt) return 'queued';
    return ({ ok: 'printed', paper_out: 'failed', paper_change: 'queued', uncertain: 'uncertain' } as const)[this.#paper];
  }

  #track(token: string, act: string | undefined, body: Record<string, string>): Reply {
    const ticket = this.#tickets.find((one) => one.id === token);
    if (!ticket) return refuse(404, 'unknown_ticket', 'There is no such number.');
    if (act === 'cancel') ticket.state = 'cancelled';
    if (act === 'rate' && ticket.state !== 'done') return refuse(409, 'wrong_state', 'Not served yet.');
    if (act === 'rate') ticket.rating = Number(body['score']);
    if (act === 'later') {
      ticket.later = true;
      const same = this.#tickets.filter((one) => one.service === ticket.service && one.state === 'waiting');
      const passed = same[same.indexOf(ticket) + 3] ?? same.at(-1)!;
      this.#tickets.splice(this.#tickets.indexOf(ticket), 1);
      this.#tickets.splice(this.#tickets.indexOf(passed) + 1, 0, ticket);
    }
    const service = SERVICES.find((one) => one.id === ticket.service)!;
    const same = this.#waiting().filter((one) => one.service === ticket.service);
    const before = same.slice(0, Math.max(0, same.indexOf(ticket)));
    const waits = ticket.state === 'waiting';
    return {
      status: 200,
      body: {
        branch: BRANCH, number: ticket.number, service: service.id, service_name: service.name, lane: ticket.lane,
        state: ticket.state, ahead: waits ? before.length : null, estimate: waits ? estimate(before.length) : null,
        promised: ticket.promised, late: this.#late && waits, can_later: waits && !ticket.later && before.length < same.length - 1,
        can_rate: ticket.state === 'done' && ticket.rating === null, rating: ticket.rating,
        counter: ticket.counter, print: this.#print(ticket), at: new Date().toISOString(),
      },
    };
  }

  #view(counter: CounterView): CounterAnswer {
    const ticket = this.#tickets.find(
      (one) => one.counter === counter.counter && (one.state === 'called' || one.state === 'serving'),
    );
    return {
      counter: {
        ...counter,
        number: ticket?.number ?? null,
        takes_over: counter.state === 'paused' ? ['1', '3'] : [],
        waiting: this.#waiting().filter((one) => counter.services.includes(one.service)).length,
        held: this.#tickets.filter((one) => one.counter === counter.counter && one.state === 'held'),
        // For the manager's page.
        ...planned(counter),
      },
      ticket: ticket ?? null,
    };
  }

  #act(counter: CounterView, act: string, body: Record<string, string>): Reply {
    const ticket = this.#view(counter).ticket;
    if (act === 'no-show' && ticket?.needs.length) {
      const refusal = refuse(409, 'greeter_alerted', 'the greeter is looking for this customer; press no-show again in 60 s');
      return { ...refusal, body: { ...(refusal.body as object), wait_s: 60 } };
    }
    if (act === 'next' && counter.state !== 'open') return refuse(409, 'counter_closed', '本窗口尚未开放,请先开放窗口。');
    if (act === 'open' || act === 'resume') Object.assign(counter, { state: 'open', reason: null });
    if (act === 'close') Object.assign(counter, { state: 'closed', ready: false });
    if (act === 'pause') Object.assign(counter, { state: ticket ? 'pausing' : 'paused', reason: body['reason'] });
    if (act === 'next') this.#next(counter, ticket);
    if (act === 'resume-ticket') this.#tickets.find((one) => one.id === body['ticket'])!.state = 'serving';
    if (ticket) this.#move(counter, ticket, act);
    if (counter.state === 'pausing' && !this.#view(counter).ticket) counter.state = 'paused';
    return { status: 200, body: this.#view(counter) };
  }

  #move(counter: CounterView, ticket: Ticket, act: string): void {
    if (act === 'recall') this.#call(counter, ticket);
    if (act === 'arrived') ticket.state = 'serving';
    if (act === 'finish') ticket.state = 'done';
    if (act === 'no-show') ticket.state = 'no_show';
    if (act === 'hold') ticket.state = 'held';
    if (act === 'transfer') Object.assign(ticket, { state: 'waiting', counter: null });
  }

  #next(counter: CounterView, ticket: Ticket | null): void {
    if (ticket) ticket.state = 'done';
    const next = this.#waiting().find((one) => counter.services.includes(one.service));
    counter.ready = !next;
    if (next) this.#call(counter, Object.assign(next, { state: 'called', counter: counter.counter }));
  }

  #call(counter: CounterView, ticket: Ticket): void {
    const at = new Date().toISOString();
    Object.assign(ticket, { called_at: at, times: ticket.times + 1 });
    this.#calls.unshift({ number: ticket.number, counter: counter.counter, at, times: ticket.times });
    this.#caption = {
      at,
      text: {
        'zh-CN': `请 ${ticket.number} 号顾客到 ${counter.counter} 号窗口办理业务`,
        en: `Ticket ${ticket.number}, please go to counter ${counter.counter}`,
      },
    };
  }
}

function estimate(ahead: number): { low_s: number; p50_s: number; high_s: number } {
  return { low_s: ahead * 110, p50_s: ahead * 160, high_s: ahead * 240 };
}
