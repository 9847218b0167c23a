import { expect, test } from 'vitest';
import type { MenuService } from '../shared/types.ts';
import { BUTTONS, entries, LARGE_BUTTONS } from './groups.ts';

const service = (n: number, group?: string) => ({ id: `s${n}`, series: 'A', group }) as unknown as MenuService;
const many = (count: number, group?: string) => Array.from({ length: count }, (_, n) => service(n, group));
const ids = (all: { id: string }[]) => all.map((one) => one.id);

test('up to eight stand alone', () => {
  expect(ids(entries(many(8), []))).toEqual(ids(many(8)));
});

test('more are gathered, none is lost, and each view has at most eight', () => {
  for (const count of [9, 24, 64]) {
    const first = entries(many(count), []);
    expect(first.length).toBeLessThanOrEqual(BUTTONS);
    const behind = first.flatMap((entry) => (entry.kind === 'group' ? entry.services : [entry.service]));
    expect(ids(behind)).toEqual(ids(many(count)));
    for (const entry of first) expect(entry.kind === 'group' && entry.services.length).toBeLessThanOrEqual(BUTTONS);
  }
});

test('large type has fewer and larger ones', () => {
  const first = entries(many(8), [], LARGE_BUTTONS);
  expect(first.map((entry) => entry.kind === 'group' && entry.services.length)).toEqual([4, 4]);
  expect(ids(entries(many(3), [], LARGE_BUTTONS))).toEqual(ids(many(3)));
});

test('the branch’s groups come first, one too large is split, an unknown one is none', () => {
  const groups = [{ id: 'big', name: { en: 'Big' } }, { id: 'empty', name: { en: 'Empty' } }];
  const all = [service(100, 'gone'), ...many(9, 'big')];
  expect(entries(all, groups).map(({ kind, id }) => [kind, id])).toEqual([
    ['group', 'big-1'], ['group', 'big-2'], ['service', 's100'],
  ]);
});
