import { expect, test } from 'vitest';
import { clock, longDate, minutes, noticeText, pick, stopwatch, tokenOf, waitWords } from './format.ts';
import { say, type MessageKey, type Parameters } from './messages/index.ts';

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

const estimate = (p50_s: number, high_s: number, low_s = 0) => ({ low_s, p50_s, high_s });
const t = (key: MessageKey, parameters?: Parameters) => say('en', key, parameters);

test('a wait is never promised shorter than it is', () => {
  expect(minutes(estimate(200, 301))).toEqual({ about: 3, upTo: 10 });
  expect(minutes(estimate(470, 900))).toEqual({ about: 8, upTo: 15 });
  expect(minutes(estimate(420, 430))).toEqual({ about: 7, upTo: 10 });
  expect(minutes(estimate(0, 0))).toEqual({ about: 1, upTo: 1 });
});

test('a wait is told as a range, as one number, as now, or not at all', () => {
  expect(waitWords(estimate(470, 900), 4, t)).toBe('about 8 min, up\u00a0to\u00a015');
  expect(waitWords(estimate(300, 300), 1, t)).toBe('about 5 min');
  expect(waitWords(estimate(20, 50), 0, t)).toBe('right away');
  expect(waitWords(estimate(20, 50), 1, t)).toBe('about 1 min, up\u00a0to\u00a05');
  expect(waitWords(estimate(120, 240), 0, t)).toBe('about 2 min, up\u00a0to\u00a05');
  expect(waitWords(null, 0, t)).toBe('');
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

test('ages read like a stopwatch and never run backwards', () => {
  expect([-5_000, 65_400, 3_723_000].map(stopwatch)).toEqual(['0:00', '1:05', '1:02:03']);
});
