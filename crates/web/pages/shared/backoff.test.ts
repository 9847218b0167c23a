import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backoff, poll } from './backoff.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('waits double and stop growing', () => {
  expect([1, 2, 3, 4, 5, 999].map((failures) => backoff(failures, 500, 4_000))).toEqual([500, 1_000, 2_000, 4_000, 4_000, 4_000]);
});

test('a poll is calm when all is well, slower when it is not, and never doubled', async () => {
  const asked: number[] = [];
  let fails = false;
  let open = 0;
  let widest = 0;
  const began = Date.now();
  const seen: string[] = [];
  const running = poll(
    async () => {
      asked.push(Math.floor((Date.now() - began) / 10) * 10); // a timer of 0 may take 1 ms
      widest = Math.max(widest, (open += 1));
      await new Promise((done) => setTimeout(done, 10));
      open -= 1;
      if (fails) throw new Error('down');
      return 'fine';
    },
    { everyMs: () => 1_000, retryMs: 2_000, maxMs: 4_000 },
    { found: (result) => seen.push(result), failed: () => seen.push('down') },
  );
  running.now(); // while the first look is under way: one more, right after it
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toEqual([0, 10]);
  fails = true;
  await vi.advanceTimersByTimeAsync(9_000);
  expect(asked).toEqual([0, 10, 1_020, 3_030, 7_040]);
  expect(seen).toEqual(['fine', 'fine', 'down', 'down', 'down']);
  expect(widest).toBe(1);
  running.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(5);
});
