import { describe, expect, test } from 'vitest';
import { Problem, Unreachable, type Wish } from './api.ts';
import { insist, newKey, type Outside } from './retry.ts';

/** A world whose lobby answers in turn from `script`, and whose time passes only by waiting. */
function world(script: (unknown | Error)[]) {
  const sent: { path: string; wish: Wish }[] = [];
  let time = 0;
  const outside: Outside = {
    ask: async <T>(path: string, wish: Wish = {}) => {
      sent.push({ path, wish });
      const next = script.shift();
      if (next instanceof Error) throw next;
      return next as T;
    },
    now: () => time,
    wait: async (ms) => {
      time += ms;
    },
  };
  return { outside, sent };
}

describe('insist', () => {
  test('repeats under the same key until the lobby answers', async () => {
    const { outside, sent } = world([new Unreachable(), new Problem(503, 'starting', ''), new Unreachable(), 'A012']);
    let told = 0;
    const persistence = { giveUpMs: 15_000, onRetry: (failures: number) => (told = failures) };
    expect(await insist('/api/v1/tickets', { body: { service: 'cash' } }, persistence, outside)).toBe('A012');
    expect(sent).toHaveLength(4);
    expect(new Set(sent.map(({ wish }) => wish.key)).size).toBe(1);
    expect(sent.every(({ wish }) => wish.method === 'POST')).toBe(true);
    expect(told).toBe(3);
  });

  test('a refusal is an answer', async () => {
    const refusal = new Problem(409, 'counter_closed', 'closed');
    const { outside, sent } = world([refusal, 'never asked for']);
    await expect(insist('/x', {}, { giveUpMs: 15_000 }, outside)).rejects.toBe(refusal);
    expect(sent).toHaveLength(1);
  });

  test('gives up in time and says that the outcome is unknown', async () => {
    const { outside, sent } = world(Array.from({ length: 50 }, () => new Unreachable()));
    await expect(insist('/x', {}, { giveUpMs: 5_000 }, outside)).rejects.toBeInstanceOf(Unreachable);
    expect(sent.length).toBeGreaterThan(2);
    expect(outside.now()).toBeLessThanOrEqual(5_000);
  });

  test('two wishes have two keys', async () => {
    const { outside, sent } = world(['A001', 'A002']);
    await insist('/x', {}, { giveUpMs: 1 }, outside);
    await insist('/x', {}, { giveUpMs: 1 }, outside);
    expect(sent[0]!.wish.key).not.toBe(sent[1]!.wish.key);
  });
});

test('a key is a UUID of version 4', () => {
  expect(newKey()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
