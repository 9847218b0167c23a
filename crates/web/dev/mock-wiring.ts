// A pretend line with one unit walked and one that is being walked: every look ticks another key.
import type { Line, LineUnit } from '../pages/wiring/lines.ts';

const KEYS = ['next', 'recall', 'no-show', 'arrived', 'finish', 'hold', 'pause', 'transfer', 'help', 'dispute',
  '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'ok', 'clear'];

export class MockWiring {
  #since: Date | undefined;
  #ticked = 0;

  /** The answer to a call about lines; `undefined` for any other. */
  answer(pathname: string): unknown {
    if (pathname === '/api/v1/lines') return { lines: [this.#line()] };
    const act = /^\/api\/v1\/lines\/[^/]+\/walk(\/stop)?$/.exec(pathname);
    if (!act) return undefined;
    this.#since = act[1] ? undefined : new Date();
    this.#ticked = 0;
    return this.#line();
  }

  #line(): Line {
    if (this.#since) this.#ticked = (this.#ticked + 1) % (KEYS.length + 1);
    const unit = (unit: number, ticked: number, walking: boolean): LineUnit => ({
      unit,
      counter: String(unit),
      walking,
      complete: ticked === KEYS.length,
      walked_at: walking ? null : new Date(Date.now() - 86_400_000).toISOString(),
      walked_by: walking ? null : 'engineer:demo',
      keys: KEYS.map((key, place) => ({ key, ticked: place < ticked })),
      others: [],
    });
    const on = this.#since !== undefined;
    const since = this.#since?.toISOString() ?? '';
    return {
      line: 'desks', port: 'desks', profile: 'desk-modbus', speed: '115200 8N1',
      walk: on ? { by: 'engineer:demo', since, until: since, ticked: this.#ticked, keys: 2 * KEYS.length } : null,
      units: [unit(1, on ? this.#ticked : KEYS.length, on), unit(2, on ? 0 : 12, on)],
    };
  }
}
