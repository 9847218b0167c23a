// What this screen shows: its block of the configuration, held against the board of the moment.
import { offeredOf, type Language } from '../shared/messages/index.ts';
import type { Board, BoardCall, BoardCounter, Estimate, ScreenList, ScreenSettings, Text } from '../shared/types.ts';

/** The block that a page's address means; `undefined` for a name that no screen has. */
export function chosen(list: ScreenList, screen: string | null, counter: string | undefined): ScreenSettings | undefined {
  if (screen !== null) return list.screens.find((one) => one.id === screen);
  return list.screens.find((one) => counter !== undefined && one.counter === counter) ?? list.usual;
}

/** Languages shown, the first largest. */
export function tonguesOf(settings: ScreenSettings): readonly Language[] {
  return offeredOf(settings.languages).slice(0, 2);
}

/** Counters shown, in the order of the board. Which take a service may change during the day. */
export function countersOf(board: Board, settings: ScreenSettings): BoardCounter[] {
  const services = new Set(settings.services.map((service) => service.id));
  return board.counters.filter((counter) =>
    settings.counters === null
      ? counter.services.some((service) => services.has(service))
      : settings.counters.includes(counter.counter),
  );
}

/** Calls to the counters shown, newest first. Those of yesterday are nobody's any more. */
export function callsShown(board: Board, settings: ScreenSettings): BoardCall[] {
  if (board.business_day === null) return [];
  const shown = new Set(countersOf(board, settings).map((counter) => counter.counter));
  return board.calls.filter((call) => shown.has(call.counter));
}

/** One service of the screen: who waits over all lanes, and who takes it now. */
export interface Queue {
  service: string;
  name: Text;
  count: number;
  /** That of the slowest lane, so that nobody in the hall was promised less. */
  estimate: Estimate | null;
  /** Labels of the counters that take customers and do it. */
  counters: string[];
}

/** The services of the screen in the order of the menu, also those that nobody waits for. */
export function queuesOf(board: Board, settings: ScreenSettings): Queue[] {
  return settings.services.map(({ id, name }) => {
    const lanes = board.waiting.filter((lane) => lane.service === id);
    const slowest = lanes
      .map((lane) => lane.estimate)
      .filter((estimate) => estimate !== null)
      .sort((a, b) => b.p50_s - a.p50_s)[0];
    const doing = board.counters.filter((counter) => counter.state === 'open' && counter.services.includes(id));
    return {
      service: id,
      name,
      count: lanes.reduce((sum, lane) => sum + lane.count, 0),
      estimate: slowest ?? null,
      counters: doing.map((counter) => counter.label ?? counter.counter),
    };
  });
}

/** A count as it is shown: five digits are still read at a glance. */
export function countWords(count: number): string {
  return count > 99_999 ? '99999+' : String(count);
}
