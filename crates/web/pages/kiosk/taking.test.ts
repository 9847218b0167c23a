import { describe, expect, test } from 'vitest';
import type { MenuPaper, PrintState } from '../shared/types.ts';
import { followPaper, isPaused, toldOf, type Looking } from './taking.ts';

/** A printer that reports `script` in turn, one word a look, and then stays with the last. */
function printer(script: (PrintState | 'no answer')[]) {
  let time = 0;
  const tokens: string[] = [];
  const world: Looking = {
    look: async (token) => {
      tokens.push(token);
      const word = script.length > 1 ? script.shift()! : script[0]!;
      if (word === 'no answer') throw new Error('no answer');
      return word;
    },
    now: () => time,
    wait: async (ms) => {
      time += ms;
    },
  };
  return { world, tokens };
}

const issued = { print: 'queued' as const, track: '/t/secret' };
const never = { stopped: () => false };

describe('the paper of a ticket', () => {
  test('is printed when the lobby says so, and not before', async () => {
    const { world, tokens } = printer(['queued', 'no answer', 'queued', 'printed']);
    expect(await followPaper(issued, never, world)).toBe('printed');
    expect(tokens).toEqual(['secret', 'secret', 'secret', 'secret']);
  });

  test.each(['failed', 'uncertain'] as const)('ends as %s', async (outcome) => {
    expect(await followPaper(issued, never, printer(['queued', outcome]).world)).toBe(outcome);
  });

  test.each([
    ['a printer that says nothing', 'queued'],
    ['a lobby that says nothing', 'no answer'],
  ] as const)('is unknown after a while: %s', async (_, word) => {
    expect(await followPaper(issued, never, printer([word]).world)).toBe('unknown');
  });

  test('an outcome that came with the number needs no look', async () => {
    const { world, tokens } = printer(['printed']);
    expect(await followPaper({ ...issued, print: 'failed' }, never, world)).toBe('failed');
    expect(await followPaper({ ...issued, print: 'none' }, never, world)).toBe('failed');
    expect(tokens).toEqual([]);
  });

  test('nobody looks for a customer who has gone', async () => {
    const { world, tokens } = printer(['queued']);
    expect(await followPaper(issued, { stopped: () => true }, world)).toBe('unknown');
    expect(tokens).toEqual([]);
  });
});

test('a change of the paper is waited for, and then the time to print', async () => {
  const { world } = printer(['queued']);
  let looks = 0;
  const changing = () => (looks += 1) <= 60;
  expect(await followPaper(issued, { stopped: () => false, changing }, world)).toBe('unknown');
  expect(world.now()).toBeGreaterThanOrEqual(80_000);
  expect(await followPaper(issued, { stopped: () => false, changing: () => true }, printer(['queued']).world)).toBe('unknown');
});

const kiosk = (state: MenuPaper['state'], ...others: string[]): MenuPaper => ({
  state,
  other_kiosks: others.map((id) => ({ id, name: {} })),
});

test('nobody is kept waiting for a printer that is known to be broken', () => {
  expect(toldOf('printing', kiosk('out_of_order'))).toBe('unknown');
  expect(toldOf('printing', kiosk('changing'))).toBe('changing');
  expect(toldOf('printed', kiosk('out_of_order'))).toBe('printed');
  for (const fine of [kiosk('ok'), kiosk('none'), null]) expect(toldOf('printing', fine)).toBe('printing');
});

test('customers are sent elsewhere only where there is paper elsewhere', () => {
  expect(isPaused(kiosk('out_of_order', 'k2'))).toBe(true);
  expect(isPaused(kiosk('out_of_order'))).toBe(false);
  expect(isPaused(kiosk('changing'))).toBe(true);
  expect(isPaused(kiosk('ok', 'k2'))).toBe(false);
});
