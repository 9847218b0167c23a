// The hall around the pages: what staff do over HTTP and what stands on the simulated devices.
import { expect, type APIRequestContext, type Locator, type Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { lobbyUrl, simUrl } from './addresses.ts';

interface Ticket {
  id: string;
  number: string;
}

interface CounterAnswer {
  counter: { state: string; services: string[] };
  ticket: Ticket | null;
}

/** Kiosk, screens and counters of the demo, driven from outside. */
export class Hall {
  constructor(
    readonly request: APIRequestContext,
    readonly base: string = lobbyUrl,
  ) {}

  async #post<T>(path: string, role: string, data: unknown = {}): Promise<T> {
    const response = await this.request.post(`${this.base}/api/v1/${path}`, {
      headers: { Authorization: `Bearer demo-${role}`, 'Idempotency-Key': randomUUID() },
      data,
    });
    expect(response.ok(), `POST ${path}: ${response.status()} ${await response.text()}`).toBe(true);
    return (await response.json()) as T;
  }

  act(counter: string, act: string, body: unknown = {}): Promise<CounterAnswer> {
    return this.#post(`counters/${counter}/${act}`, 'clerk', body);
  }

  async counter(counter: string): Promise<CounterAnswer> {
    const response = await this.request.get(`${this.base}/api/v1/counters/${counter}`, {
      headers: { Authorization: 'Bearer demo-clerk' },
    });
    return (await response.json()) as CounterAnswer;
  }

  /** A ticket from the greeter: no printer, so that the kiosk's paper stays free for the tests of the kiosk. */
  async issue(service: string, needs: string[] = []): Promise<{ ticket: Ticket; track: string }> {
    return this.#post('tickets', 'greeter', { service, language: 'zh-CN', needs });
  }

  /** What staff do with a ticket or with the hall, as a greeter. */
  greet<T = Ticket>(path: string, body: unknown = {}): Promise<T> {
    return this.#post(path, 'greeter', body);
  }

  async ticket(id: string): Promise<Record<string, unknown> & { notes: { text: string }[] }> {
    const response = await this.request.get(`${lobbyUrl}/api/v1/tickets/${id}`, {
      headers: { Authorization: 'Bearer demo-greeter' },
    });
    return (await response.json()) as Record<string, unknown> & { notes: { text: string }[] };
  }

  async alerts(): Promise<{ alerts: { id: string; kind: string; counter: string | null; acked_at: string | null; cleared_at: string | null }[] }> {
    const response = await this.request.get(`${lobbyUrl}/api/v1/alerts`, { headers: { Authorization: 'Bearer demo-greeter' } });
    return (await response.json()) as Awaited<ReturnType<Hall['alerts']>>;
  }

  /** Somebody has seen to everything. */
  async answerAll(): Promise<void> {
    const open = (await this.alerts()).alerts.filter((alert) => alert.acked_at === null && alert.cleared_at === null);
    for (const alert of open) await this.greet(`alerts/${alert.id}/ack`);
  }

  /** So many tickets, taken by so many greeters at once. */
  async crowd(services: readonly string[], count: number): Promise<void> {
    const AT_ONCE = 8;
    for (let issued = 0; issued < count; issued += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, count - issued) }, (_, n) => services[(issued + n) % services.length]!);
      await Promise.all(some.map((service) => this.issue(service)));
    }
  }

  /** Nobody waits, every counter is closed: the state that each test starts from. */
  async empty(): Promise<void> {
    await this.unplan();
    // Counter 3 takes every service. Each `next` finishes the one before.
    await this.act('3', 'open');
    for (let called = await this.act('3', 'next'); called.ticket; ) called = await this.act('3', 'next');
    for (const counter of ['1', '2', '3', '4']) await this.close(counter);
  }

  /** Every counter takes what its configuration says. */
  async unplan(): Promise<void> {
    for (const counter of ['1', '2', '3', '4']) {
      const response = await this.request.delete(`${lobbyUrl}/api/v1/counters/${counter}/plan`, {
        headers: { Authorization: 'Bearer demo-manager' },
        data: { confirm: true },
      });
      expect(response.ok(), `DELETE plan of ${counter}: ${response.status()}`).toBe(true);
    }
  }

  async close(counter: string): Promise<void> {
    const { ticket } = await this.act(counter, 'open');
    if (ticket) await this.act(counter, 'finish');
    await this.act(counter, 'close');
  }

  /** A press on the simulated button box. */
  async press(unit: string, key: string): Promise<void> {
    const response = await this.request.post(`${simUrl}/desks/${unit}/press`, { data: { key } });
    expect(response.ok(), `press ${key} on desk ${unit}: ${response.status()}`).toBe(true);
  }

  /** What the digits over a counter show. */
  async digits(unit: string): Promise<string> {
    const response = await this.request.get(`${simUrl}/desks/${unit}`);
    return String(((await response.json()) as { text: unknown }).text);
  }

  /** All lines that came out of the kiosk's printer, one string a ticket. */
  async paper(): Promise<string[]> {
    const response = await this.request.get(`${simUrl}/printers/kiosk-1/tickets`);
    const { tickets } = (await response.json()) as { tickets: { lines: string[] }[] };
    return tickets.map((ticket) => ticket.lines.join('\n'));
  }

  /** What staff do before they open the printer, and when the paper is in. */
  changePaper(on: boolean): Promise<unknown> {
    return this.#post('printers/kiosk-1/paper-change', 'greeter', { on });
  }

  async printerFault(fault: Record<string, unknown>): Promise<void> {
    const response = await this.request.post(`${simUrl}/printers/kiosk-1/fault`, { data: fault });
    expect(response.ok(), `fault ${JSON.stringify(fault)}: ${response.status()}`).toBe(true);
  }
}

/** Taps a service at the kiosk and returns the number that it shows. */
export async function takeAtKiosk(kiosk: Page, service: string): Promise<string> {
  await kiosk.locator(`[data-service=${service}]`).click();
  const number = kiosk.getByTestId('number');
  await expect(number).toHaveText(/^[A-Z]+\d{3,4}$/);
  return (await number.textContent())!.trim();
}

/**
 * What a card reader does: digits faster than anybody types, then Enter. Typed inside the page, since the way of each key
 * from the test to the browser is slower than a reader when the machine is busy.
 */
export async function swipe(page: Page, number: string): Promise<void> {
  await page.evaluate((keys) => {
    for (const key of [...keys, 'Enter']) {
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    }
  }, number);
}

/** The phone page's path, as the kiosk's own answer gave it. */
export function trackPathOf(kiosk: Page): Promise<string> {
  return kiosk
    .waitForResponse((response) => response.url().endsWith('/api/v1/tickets') && response.status() === 201)
    .then(async (response) => ((await response.json()) as { track: string }).track);
}

/** Fails when something is cut off at the right edge of the glass. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide, 'pixels beyond the right edge').toBeLessThanOrEqual(0);
}

/** The counter's own tile on the lobby screen. */
export function tile(screen: Page, counter: string): Locator {
  return screen.locator(`[data-counter="${counter}"]`);
}
