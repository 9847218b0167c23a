import { expect, test } from 'vitest';
import { say } from '../shared/messages/index.ts';
import { DEVICES, grantable, moment, PEOPLE, word } from './staff.ts';

test('a manager is offered what a manager may give', () => {
  expect(grantable('manager', PEOPLE)).toEqual(['clerk', 'greeter', 'manager']);
  expect(grantable('engineer', [...DEVICES, 'hq'])).toEqual(['kiosk', 'screen', 'desk', 'hq']);
});

test('acts that have no words yet stand as they are', () => {
  const t = (key: Parameters<typeof say>[1]) => say('en', key);
  expect(word(t, 'audit', 'signed_in')).toBe('signed in');
  expect(word(t, 'audit', 'unheard_of')).toBe('unheard_of');
  expect(moment(null)).toBe('');
  expect(moment('2026-11-29T06:05:00.000Z')).toMatch(/^2026-11-(29|28|30) \d\d:\d\d$/);
});
