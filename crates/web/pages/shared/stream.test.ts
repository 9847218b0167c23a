// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Problem } from './api.ts';
import { BoardStream, type Link } from './stream.ts';
import type { Board } from './types.ts';
import { BREAK_MS, SILENCE_MS, Watchdog } from './watchdog.ts';

class FakeSource extends EventTarget {
  onerror: (() => void) | null = null;
  closed = false;
  close(): void {
    this.closed = true;
  }
  say(event: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data) }));
  }
}

let opened: FakeSource[];
let addresses: string[];
let boards: number[];
let link: Link;
let probe: () => Promise<unknown>;
let stream: BoardStream;
const now = () => opened[opened.length - 1]!;

beforeEach(() => {
  vi.useFakeTimers();
  opened = [];
  addresses = [];
  boards = [];
  probe = () => Promise.resolve();
  stream = new BoardStream(
    'screen',
    { board: (board) => boards.push(board.seq), link: (fresh) => (link = fresh) },
    'lobby',
    {
      open: (address) => {
        addresses.push(address);
        const source = new FakeSource();
        opened.push(source);
        return source as unknown as EventSource;
      },
      probe: () => probe(),
      now: () => Date.now(),
    },
  );
  stream.start();
});

afterEach(() => {
  stream.stop();
  vi.useRealTimers();
});

const board = (seq: number): Board => ({ seq, at: '2026-11-21T01:02:03.456Z' }) as Board;

describe('the board stream', () => {
  test('names its role and its screen', () => {
    expect(addresses).toEqual(['/api/v1/board/events?role=screen&screen=lobby']);
  });

  test('is live with the first picture and stays so with pings alone', async () => {
    now().say('board', board(1));
    expect(link.freshness).toBe('live');
    for (let minute = 0; minute < 6; minute += 1) {
      await vi.advanceTimersByTimeAsync(10_000);
      now().say('ping', { at: '2026-11-21T01:02:13.456Z' });
    }
    expect(link.freshness).toBe('live');
    expect(opened).toHaveLength(1);
  });

  test('an open but silent stream is stale, since its last word, and is opened anew', async () => {
    now().say('board', board(1));
    const heard = Date.now();
    await vi.advanceTimersByTimeAsync(SILENCE_MS + 1_000);
    expect(link).toMatchObject({ freshness: 'stale', since: heard });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(opened[0]!.closed).toBe(true);
    expect(opened).toHaveLength(2);
    now().say('board', board(2));
    expect(link.freshness).toBe('live');
    expect(boards).toEqual([1, 2]);
  });

  test('a new EventSource follows every error, and a break of seconds is said', async () => {
    now().say('board', board(1));
    for (let failure = 0; failure < 4; failure += 1) {
      now().onerror?.();
      await vi.advanceTimersByTimeAsync(5_000);
    }
    expect(opened).toHaveLength(5);
    expect(opened.slice(0, 4).every((source) => source.closed)).toBe(true);
    expect(link.freshness).toBe('stale');
    now().say('board', board(2));
    expect(link.freshness).toBe('live');
  });

  test('a device that the lobby refuses says so, and not that the network is down', async () => {
    probe = () => Promise.reject(new Problem(401, 'unauthorized', ''));
    now().onerror?.();
    await vi.advanceTimersByTimeAsync(10);
    expect(link.refused).toBe(true);
  });

  test('nothing is opened after the end', async () => {
    now().onerror?.();
    stream.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(opened).toHaveLength(1);
  });
});

describe('the watchdog', () => {
  test('a picture that never came is not called stale at once', () => {
    const dog = new Watchdog(0);
    expect(dog.judge(1_000)).toBe('starting');
    expect(dog.judge(SILENCE_MS)).toBe('stale');
  });

  test('a break counts from its beginning, not from its repetitions', () => {
    const dog = new Watchdog(0);
    dog.heard(0);
    dog.broke(100);
    dog.broke(BREAK_MS);
    expect(dog.judge(BREAK_MS + 99)).toBe('live');
    expect(dog.judge(BREAK_MS + 100)).toBe('stale');
  });
});
