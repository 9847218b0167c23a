import { expect, test } from 'vitest';
import type { Alert } from '../shared/types.ts';
import { hasNews, open } from './alerts.ts';
import { meant } from './finding.ts';

test('what is typed or scanned is a number, a link of a ticket, or the code of a booking', () => {
  expect(meant(' a 12 ')).toEqual({ kind: 'number', number: 'a12' });
  expect(meant('AB0012')).toEqual({ kind: 'number', number: 'AB0012' });
  expect(meant('http://10.0.0.5:8700/t/3vQb1M0h')).toEqual({ kind: 'token', token: '3vQb1M0h' });
  expect(meant('/t/abc')).toEqual({ kind: 'token', token: 'abc' });
  expect(meant('K7Q2')).toEqual({ kind: 'code', code: 'K7Q2' });
  expect([meant(''), meant('<b>x</b>'), meant('http://evil.example/x')]).toEqual([undefined, undefined, undefined]);
});

const alert = (id: string, level: Alert['level'], at: string, rest: Partial<Alert> = {}): Alert => ({
  id, level, at, kind: 'help', counter: null, ticket: null, text: {}, acked_at: null, acked_by: null, escalated: false,
  device: null, cleared_at: null, ...rest,
});

test('urgent alerts stand first, then the older ones; answered ones are gone', () => {
  const list = [
    alert('1', 'warning', '2026-11-21T01:00:00Z'),
    alert('2', 'urgent', '2026-11-21T02:00:00Z'),
    alert('3', 'warning', '2026-11-21T00:00:00Z'),
    alert('4', 'urgent', '2026-11-21T00:00:00Z', { acked_at: '2026-11-21T00:01:00Z' }),
    alert('5', 'urgent', '2026-11-21T00:00:00Z', { cleared_at: '2026-11-21T00:01:00Z' }),
  ];
  expect(open(list).map((one) => one.id)).toEqual(['2', '3', '1']);
});

test('a new alert is heard once, and again when it goes to the manager', () => {
  const one = alert('1', 'warning', '2026-11-21T01:00:00Z');
  expect(hasNews([], [one])).toBe(true);
  expect(hasNews([one], [one])).toBe(false);
  expect(hasNews([one], [{ ...one, escalated: true }])).toBe(true);
  expect(hasNews([], [alert('2', 'info', '2026-11-21T01:00:00Z')])).toBe(false);
});
