import { expect, test } from 'vitest';
import { say } from '../shared/messages/index.ts';
import type { TicketState } from '../shared/types.ts';
import { headline } from './headline.ts';

function words(state: TicketState, counter: string | null = null, ahead: number | null = null): string {
  const { key, parameters } = headline({ state, counter, ahead });
  return say('en', key, parameters);
}

test('the sentence says where to go, and whether one is next', () => {
  expect(words('called', '3')).toBe('Go to counter 3');
  expect(words('called')).toBe('Please go to the counter');
  expect(words('serving', '3')).toBe('Being served at counter 3');
  expect(words('waiting', null, 0)).toMatch(/^You are next/);
  expect(words('waiting', null, 4)).toBe('Waiting');
  expect(words('waiting', null, null)).toBe('Waiting');
});

test('every end has a sentence of its own', () => {
  const ends = (['held', 'done', 'no_show', 'cancelled', 'expired'] as const).map((state) => words(state));
  expect(new Set(ends).size).toBe(5);
});
