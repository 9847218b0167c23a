// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import type { CounterAnswer, CounterState, Ticket, TicketState } from '../shared/types.ts';
import { actOf, BUTTONS, sensible } from './actions.ts';

function at(state: CounterState, ticket?: TicketState, held = 0): CounterAnswer {
  return {
    counter: { state, held: Array.from({ length: held }) } as CounterAnswer['counter'],
    ticket: ticket ? ({ state: ticket } as Ticket) : null,
  };
}
const acts = (answer: CounterAnswer) => [...sensible(answer)].sort();

test('a closed counter can only be opened', () => {
  expect(acts(at('closed'))).toEqual(['open']);
});

test('an idle open counter calls, pauses, closes, and takes up what it holds', () => {
  expect(acts(at('open'))).toEqual(['call', 'close', 'dispute', 'help', 'next', 'pause', 'undo']);
  expect(acts(at('open', undefined, 1))).toContain('resume-ticket');
});

test('recall, arrived and no-show need somebody who was called', () => {
  for (const act of ['recall', 'arrived', 'no-show'] as const) {
    expect(sensible(at('open', 'called')).has(act)).toBe(true);
    expect(sensible(at('open', 'serving')).has(act)).toBe(false);
  }
});

test('a pausing counter finishes its customer and calls nobody', () => {
  const allowed = sensible(at('pausing', 'serving'));
  expect([allowed.has('finish'), allowed.has('resume'), allowed.has('next')]).toEqual([true, true, false]);
});

test('every key is one letter and means one act', () => {
  expect(new Set(BUTTONS.map((button) => button.key)).size).toBe(BUTTONS.length);
  expect(BUTTONS.every((button) => /^[A-Z]$/.test(button.key))).toBe(true);
});

test('chords and held keys call nobody', () => {
  expect(actOf(new KeyboardEvent('keydown', { key: 'n' }))).toBe('next');
  expect(actOf(new KeyboardEvent('keydown', { key: 'N' }))).toBe('next');
  expect(actOf(new KeyboardEvent('keydown', { key: 'n', ctrlKey: true }))).toBeUndefined();
  expect(actOf(new KeyboardEvent('keydown', { key: 'n', repeat: true }))).toBeUndefined();
  expect(actOf(new KeyboardEvent('keydown', { key: 'Enter' }))).toBeUndefined();
});
