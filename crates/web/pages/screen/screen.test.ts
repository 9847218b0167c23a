import { expect, test } from 'vitest';
import type { Board, BoardCall, BoardCounter, BoardWaiting, ScreenList, ScreenSettings } from '../shared/types.ts';
import { alertLines } from './alert.ts';
import { freshCall } from './calls.ts';
import { nextStep, numberShown, standIns, stateKey, takers } from './counters.ts';
import { callsShown, chosen, countersOf, countWords, queuesOf, tonguesOf } from './settings.ts';

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

test('a number is shown only while somebody is served there', () => {
  expect(numberShown(counter('1', { number: 'A001' }))).toBe('A001');
  expect(numberShown(counter('1', { number: 'A001', state: 'pausing' }))).toBe('A001');
  for (const state of ['paused', 'closed'] as const) expect(numberShown(counter('1', { number: 'A001', state }))).toBeUndefined();
});

test('a window says what to do next in every state', () => {
  const board2 = board([], [counter('2', {})]);
  const closed = counter('1', { state: 'closed', takes_over: ['2'] });
  expect(takers(board2, closed)).toEqual(['№2']);
  expect(nextStep(closed, ['2'])).toBe('counter_takes_over');
  expect(nextStep(closed, [])).toBe('window_closed_alone');
  expect(nextStep(counter('1', { state: 'paused' }), [])).toBe('window_paused_alone');
  expect(nextStep(counter('1', { state: 'pausing', number: 'A001' }), [])).toBe('window_pausing');
  expect(nextStep(counter('1', { ready: true }), [])).toBe('window_wait');
  expect(nextStep(counter('1', { number: 'A001', called: true }), [])).toBe('window_come');
  expect(nextStep(counter('1', { number: 'A001', called: false }), [])).toBe('window_serving');
});

const settings = (change: Partial<ScreenSettings>): ScreenSettings => ({
  id: 'lobby', name: {}, counter: null, layout: 'hall', counters: null, languages: ['zh-CN', 'en'], theme: 'light',
  services: [{ id: 'cash', name: { en: 'Cash' } }, { id: 'loan', name: { en: 'Loans' } }],
  sound: false, notices: [], hotline: null, wifi: null, ...change,
});

test('an address means a screen by its name, else by its window, else the usual one', () => {
  const [usual, window3] = [settings({}), settings({ id: 'window-3', counter: '3' })];
  const list: ScreenList = { usual, screens: [usual, window3] };
  expect(chosen(list, null, undefined)).toBe(usual);
  expect(chosen(list, 'window-3', undefined)).toBe(window3);
  expect(chosen(list, null, '3')).toBe(window3);
  expect(chosen(list, null, '9')).toBe(usual);
  expect(chosen(list, 'lobyb', undefined)).toBeUndefined();
});

test('two languages are shown, and Cantonese reads Traditional', () => {
  expect(tonguesOf(settings({ languages: ['yue', 'en'] }))).toEqual(['zh-Hant', 'en']);
  expect(tonguesOf(settings({ languages: ['en'] }))).toEqual(['en']);
});

test('a screen shows its counters and the calls to them', () => {
  const counters = [counter('1', { services: ['cash'] }), counter('2', { services: ['account'] }), counter('3', { services: ['loan', 'account'] })];
  const hall = { ...board([call('A001', '2'), call('A002', '3')], counters), business_day: '2026-11-21' };
  const ids = (change: Partial<ScreenSettings>) => countersOf(hall, settings(change)).map((one) => one.counter);
  expect(ids({})).toEqual(['1', '3']);
  expect(ids({ counters: ['2', '1'] })).toEqual(['1', '2']);
  expect(callsShown(hall, settings({})).map((one) => one.number)).toEqual(['A002']);
  expect(callsShown({ ...hall, business_day: null }, settings({}))).toEqual([]);
});

test('lanes of a service are added up, in the order of the menu, and the slowest is told', () => {
  const entry = (service: string, lane: string, count: number, p50_s?: number): BoardWaiting => ({
    service, lane, count, estimate: p50_s === undefined ? null : { low_s: 1, p50_s, high_s: p50_s * 2 },
  });
  const hall = {
    ...board([], [counter('1', { services: ['cash'] }), counter('2', { services: ['cash'], state: 'paused' })]),
    waiting: [entry('loan', 'regular', 1), entry('cash', 'vip', 2, 60), entry('cash', 'regular', 3, 400)],
  };
  const queues = queuesOf(hall, settings({ services: [...settings({}).services, { id: 'fx', name: {} }] }));
  expect(queues.map(({ service, count }) => [service, count])).toEqual([['cash', 5], ['loan', 1], ['fx', 0]]);
  expect(queues.map(({ estimate }) => estimate?.p50_s)).toEqual([400, undefined, undefined]);
  expect(queues[0]?.counters).toEqual(['№1']);
  expect([10_000, 100_000].map(countWords)).toEqual(['10000', '99999+']);
});

test('an emergency is said in every language there is, the screen\'s own first', () => {
  const text = { en: 'Leave now.', yue: '請離開。', 'zh-CN': '请离开。', ug: '' };
  expect(alertLines(text, ['zh-Hant', 'en']).map((line) => line.tag)).toEqual(['yue', 'en', 'zh-CN']);
  expect(alertLines(undefined, ['en'])).toEqual([]);
});
