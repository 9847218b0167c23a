import { expect, test } from 'vitest';
import { Patience } from './patience.svelte.ts';

function pass(patience: Patience, seconds: number, waits = true): boolean {
  return Array.from({ length: seconds }, () => patience.tick(waits)).some(Boolean);
}

test('a quiet customer is asked first, and sent back only after a countdown', () => {
  const patience = new Patience();
  expect(pass(patience, 24)).toBe(false);
  expect(patience.left).toBeUndefined();
  patience.tick(true);
  expect(patience.left).toBe(20);
  expect(pass(patience, 19)).toBe(false);
  expect(patience.left).toBe(1);
  expect(patience.tick(true)).toBe(true);
});

test('a touch gives the time anew, and more time is more', () => {
  const patience = new Patience();
  pass(patience, 20);
  patience.touched();
  pass(patience, 20);
  expect(patience.left).toBeUndefined();
  pass(patience, 5);
  patience.more();
  expect(pass(patience, 89)).toBe(false);
  expect(patience.left).toBeUndefined();
});

test('nobody is asked where nobody has begun', () => {
  const patience = new Patience();
  expect(pass(patience, 300, false)).toBe(false);
  expect(patience.left).toBeUndefined();
});
