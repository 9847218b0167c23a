import { expect, it, vi } from 'vitest';
import type { Speaking } from '../shared/announcements.ts';
import type { Board } from '../shared/types.ts';
import { Player, toPlay, type Sink, type SoundState } from './sound.ts';

function spoken(id: string, screens: string[], kind: Speaking['kind'] = 'call'): Speaking {
  const audio = { url: `/api/v1/announcements/${id}/audio?zone=main&pass=1`, seconds: 1, screens };
  return { zone: 'main', id, kind, at: '2026-11-23T01:00:00.000Z', text: {}, audio };
}

function sink(awake = true): Sink & { played: string[]; stopped: string[] } {
  const played: string[] = [];
  const stopped: string[] = [];
  return {
    played,
    stopped,
    wake: async () => awake,
    fetch: async (url) => new TextEncoder().encode(url).buffer as ArrayBuffer,
    play: async (file) => {
      const name = new TextDecoder().decode(file);
      played.push(name);
      return () => stopped.push(name);
    },
  };
}

it('plays what is for this screen, an emergency before all', () => {
  const board = { speaking: [spoken('1', ['east']), spoken('2', ['lobby']), spoken('3', ['lobby'], 'emergency')] };
  expect(toPlay(board as Board, 'lobby')?.id).toBe('3');
  expect(toPlay(board as Board, 'east')?.id).toBe('1');
  expect(toPlay(board as Board, 'west')).toBeUndefined();
  expect(toPlay({} as Board, 'lobby')).toBeUndefined();
});

it('plays each clip once, and a new one in the place of the old', async () => {
  const world = sink();
  const told: SoundState[] = [];
  const player = new Player(world, (state) => told.push(state));
  await player.follow(spoken('1', ['lobby']));
  await player.follow(spoken('1', ['lobby']));
  await player.follow(undefined);
  expect(world.played).toHaveLength(1);
  expect(world.stopped).toHaveLength(0);
  await player.follow(spoken('2', ['lobby']));
  expect(world.played).toHaveLength(2);
  expect(world.stopped).toEqual([world.played[0]]);
  expect(new Set(told)).toEqual(new Set(['ok']));
});

it('says that the browser blocks it, and that it cannot play', async () => {
  const told: SoundState[] = [];
  await new Player(sink(false), (state) => told.push(state)).follow(spoken('1', ['lobby']));
  expect(told).toEqual(['blocked']);
  const broken: Sink = { ...sink(), play: () => Promise.reject(new Error('no device')) };
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  await new Player(broken, (state) => told.push(state)).follow(spoken('2', ['lobby']));
  expect(told).toEqual(['blocked', 'ok', 'failed']);
  error.mockRestore();
});
