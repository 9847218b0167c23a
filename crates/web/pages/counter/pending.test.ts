// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { forget, recall, remember, type Pending } from './pending.ts';

const wish: Pending = { act: 'next', path: '/api/v1/counters/1/next', body: { expect: null }, key: 'k', at: 1_000 };

test('an act that a reload cut short is found under its key, for a minute and at its own counter', () => {
  remember('1', wish);
  expect(recall('1', 2_000)).toEqual(wish);
  expect(recall('2', 2_000)).toBeUndefined();
  expect(recall('1', 61_000)).toBeUndefined();
  expect(recall('1', 500)).toBeUndefined();
  forget('1');
  expect(recall('1', 2_000)).toBeUndefined();
});
