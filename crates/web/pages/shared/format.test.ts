import { expect, test } from 'vitest';
import { byService, clock, longDate, minutes, noticeText, pick, tokenOf } from './format.ts';
import type { BoardWaiting } from './types.ts';

const evening = new Date('2026-11-21T16:05:09Z');

test('times have 24 hours, in the zone of the branch', () => {
  expect(clock(evening, 'Asia/Shanghai')).toBe('00:05');
  expect(clock(evening, 'Asia/Shanghai', true)).toBe('00:05:09');
  expect(clock(evening, 'Europe/London')).toBe('16:05');
});

test('dates stand in the language of the reader', () => {
  expect(longDate(evening, 'zh-CN', 'Asia/Shanghai')).toBe('2026年11月22日星期日');
  expect(longDate(evening, 'en', 'Asia/Shanghai')).toMatch(/^Sunday,? 22 November 2026$/);
});

test('a wait is never promised shorter than it is', () => {
  expect(minutes({ low_s: 119, p50_s: 200, high_s: 301 })).toEqual({ low: 1, high: 6 });
  expect(minutes({ low_s: 0, p50_s: 0, high_s: 0 })).toEqual({ low: 0, high: 1 });
});

test('a missing language falls back to one that is there', () => {
  expect(pick({ 'zh-CN': '现金' }, 'en')).toBe('现金');
  expect(pick({ 'zh-CN': '现金', en: 'Cash' }, 'en')).toBe('Cash');
  expect(pick(undefined, 'en')).toBe('');
});

test('notices are words, bare or wrapped', () => {
  expect(noticeText({ en: 'Closed' })).toEqual({ en: 'Closed' });
  expect(noticeText({ text: { en: 'Closed' } })).toEqual({ en: 'Closed' });
});

test('only a phone path has a token', () => {
  expect(tokenOf('/t/abc_DEF-1')).toBe('abc_DEF-1');
  expect(tokenOf('/t/abc/')).toBe('abc');
  for (const path of ['/t/', '/t', '/kiosk', '/t/a/b', '/x/t/a']) expect(tokenOf(path)).toBeUndefined();
});

test('lanes of a service are added up, in an order that does not jump', () => {
  const entry = (service: string, lane: string, count: number): BoardWaiting => ({ service, lane, count, estimate: null });
  const sums = byService([entry('loan', 'regular', 1), entry('cash', 'vip', 2), entry('cash', 'regular', 3)]);
  expect(sums.map(({ service, count }) => [service, count])).toEqual([['cash', 5], ['loan', 1]]);
});
