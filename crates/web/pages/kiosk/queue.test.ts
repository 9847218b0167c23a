import { expect, test } from 'vitest';
import type { Menu, MenuService } from '../shared/types.ts';
import { laneSpan, queueOf } from './queue.ts';

const estimate = (p50_s: number) => ({ low_s: 0, p50_s, high_s: 2 * p50_s });

function service(id: string, regular: number, priority: number | null, open = true): MenuService {
  return {
    id, series: 'A', name: {}, open, why: null, waiting: 4, estimate: estimate(regular), papers: [],
    lanes: [
      { lane: 'regular', waiting: 3, estimate: estimate(regular) },
      { lane: 'priority', waiting: 1, estimate: priority === null ? null : estimate(priority) },
    ],
  };
}

test('a service tells the wait of the lane that was chosen', () => {
  expect(queueOf(service('cash', 600, 60), undefined).estimate).toEqual(estimate(600));
  expect(queueOf(service('cash', 600, 60), 'priority')).toMatchObject({ waiting: 1, estimate: estimate(60) });
  expect(queueOf(service('cash', 600, null), 'priority').estimate).toBeNull();
  expect(queueOf({ ...service('cash', 600, 60), lanes: [] }, 'priority').estimate).toEqual(estimate(600));
});

test('a lane tells its shortest and longest wait over what is open', () => {
  const services = [service('cash', 600, 120), service('account', 900, 480), service('loan', 900, 3000, false)];
  expect(laneSpan({ services } as Menu, 'priority')).toEqual({ from: 2, to: 8 });
  expect(laneSpan({ services } as Menu, 'vip')).toBeUndefined();
  const empty: MenuService = { ...service('cash', 600, 30), lanes: [{ lane: 'priority', waiting: 0, estimate: estimate(30) }] };
  expect(laneSpan({ services: [...services, empty] } as Menu, 'priority')).toEqual({ from: 0, to: 8 });
});
