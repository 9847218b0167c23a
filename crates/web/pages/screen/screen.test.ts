import { expect, test } from 'vitest';
import type { Board, BoardCall, BoardCounter } from '../shared/types.ts';
import { freshCall } from './calls.ts';
import { standIns, stateKey } from './counters.ts';

const call = (number: string, counter: string, times = 1): BoardCall => ({
  number,
  counter,
  times,
  at: `2026-11-21T01:00:0${times}.000Z`,
});
const board = (calls: BoardCall[], counters: BoardCounter[] = []): Board => ({ calls, counters }) as unknown as Board;

test('the first picture and an unchanged one are no news', () => {
  const first = board([call('A001', '1')]);
  expect(freshCall(undefined, first)).toBeUndefined();
  expect(freshCall(first, board([call('A001', '1')]))).toBeUndefined();
  expect(freshCall(first, board([]))).toBeUndefined();
});

test('a call and a recall are news', () => {
  const before = board([call('A001', '1')]);
  expect(freshCall(before, board([call('A002', '2'), call('A001', '1')]))?.number).toBe('A002');
  expect(freshCall(before, board([call('A001', '1', 2)]))?.times).toBe(2);
});

test('a window looks up only for its own calls', () => {
  const before = board([call('A001', '1')]);
  const after = board([call('A002', '2'), call('A001', '1')]);
  expect(freshCall(before, after, '1')).toBeUndefined();
  expect(freshCall(before, after, '2')?.number).toBe('A002');
});

const counter = (id: string, change: Partial<BoardCounter>): BoardCounter => ({
  counter: id, label: `№${id}`, state: 'open', ready: false, number: null, staff: null, services: [], takes_over: [], ...change,
});

test('a paused counter names who takes over, by their labels; one that serves names nobody', () => {
  const paused = counter('1', { state: 'paused', takes_over: ['2', '9'] });
  const all = board([], [paused, counter('2', {})]);
  expect(standIns(all, paused)).toEqual(['№2', '9']);
  expect(standIns(all, counter('1', { state: 'pausing', takes_over: ['2'] }))).toEqual([]);
});

test('an open counter is free only when it is ready and has nobody', () => {
  expect(stateKey(counter('1', { ready: true }))).toBe('counter_ready');
  expect(stateKey(counter('1', { ready: true, number: 'A001' }))).toBe('counter_open');
  expect(stateKey(counter('1', {}))).toBe('counter_open');
  expect(stateKey(counter('1', { state: 'closed' }))).toBe('counter_closed');
});
