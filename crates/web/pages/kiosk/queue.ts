// What somebody who takes a number now would wait, by service and lane.
import { isNow, minutes } from '../shared/format.ts';
import type { Estimate, Menu, MenuService } from '../shared/types.ts';

export interface QueueNow {
  waiting: number;
  estimate: Estimate | null;
}

/** The queue that a tap on the service leads to: that of the lane chosen, else of the usual one. */
export function queueOf(service: MenuService, lane: string | undefined): QueueNow {
  const own = lane === undefined ? undefined : service.lanes?.find((one) => one.lane === lane);
  return own ?? service;
}

/** Shortest and longest wait, in whole minutes, that a lane has over the services open now; 0 is "now". */
export function laneSpan(menu: Menu, lane: string): { from: number; to: number } | undefined {
  const waits = menu.services
    .filter((service) => service.open)
    .map((service) => service.lanes?.find((one) => one.lane === lane))
    .flatMap((queue) => (queue?.estimate ? [isNow(queue.estimate, queue.waiting) ? 0 : minutes(queue.estimate).about] : []));
  return waits.length > 0 ? { from: Math.min(...waits), to: Math.max(...waits) } : undefined;
}
