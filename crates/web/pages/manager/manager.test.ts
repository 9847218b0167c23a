import { expect, test } from 'vitest';
import { candidates, wordsOf, type Draft } from './change.ts';
import { path, ticks, xOf, yOf } from './chart.ts';
import { byLane, judge, keptPercent, worstMinutes, type LaneCourse, type Step } from './forecast.ts';
import { age, delayOf, isAbandoned, judge as judgeQueue, planOf, takesWords } from './hall.ts';
import { inMinutes, inPercent } from './report.ts';
import { openIn, partOf, type PartDraft } from './whatif.ts';

const steps: Step[] = [0, 1, 2].map((n) => ({
  from: `2026-11-22T02:${n}0:00Z`,
  lanes: [
    { lane: 'regular', waiting: n, wait_s: 60 * n, in_target: 1 - n / 10 },
    { lane: 'vip', waiting: 0, wait_s: null, in_target: null },
  ],
}));

test('steps are turned round into lanes, and nobody expected is not a wait of nothing', () => {
  const [regular, vip] = byLane(steps);
  expect([regular!.lane, regular!.steps.map((step) => step.wait_s)]).toEqual(['regular', [0, 60, 120]]);
  expect([worstMinutes(regular!), keptPercent(regular!)]).toEqual([2, 90]);
  expect([worstMinutes(vip!), keptPercent(vip!)]).toEqual([undefined, undefined]);
  expect(byLane([])).toEqual([]);
});

test('a change is judged by what is kept, then by the longest wait', () => {
  const course = (wait_s: number, in_target: number): LaneCourse => ({
    lane: 'regular',
    steps: [{ from: '2026-11-22T02:00:00Z', lane: 'regular', waiting: 1, wait_s, in_target }],
  });
  expect(judge(course(600, 0.8), course(900, 0.9))).toBe('better');
  expect(judge(course(600, 0.8), course(300, 0.7))).toBe('worse');
  expect(judge(course(600, 1), course(300, 1))).toBe('better');
  expect(judge(course(600, 1), course(605, 1))).toBe('same');
});

test('lines across stand at round minutes and reach above the highest', () => {
  for (const most of [0, 0.4, 3, 4, 7, 19, 41, 100, 300, 1_000]) {
    const lines = ticks(most);
    expect(lines.length).toBeLessThanOrEqual(6);
    expect(lines.at(-1)).toBeGreaterThanOrEqual(most);
    expect(lines.at(-1)).toBeGreaterThan(0);
  }
  expect(ticks(19)).toEqual([0, 5, 10, 15, 20]);
});

test('a line begins again after a gap', () => {
  const frame = { width: 110, height: 60, left: 10, bottom: 10, top: 0 };
  expect([xOf(0, 3, frame), xOf(2, 3, frame)]).toEqual([10, 110]);
  expect([yOf(0, 10, frame), yOf(10, 10, frame)]).toEqual([50, 0]);
  expect(path([0, 10, null, 5, 5], 10, frame)).toBe('M10.0 50.0L35.0 0.0M85.0 25.0L110.0 25.0');
  expect(path([null, 5, null], 10, frame)).toBe('M60.0 25.0h0');
});

test('a change is worded as the lobby reads it', () => {
  const draft: Draft = { kind: 'open', counter: '4', services: ['cash', 'loan'], rule: 'fifo', from: '' };
  expect(wordsOf(draft)).toBe('open:4');
  expect(wordsOf({ ...draft, kind: 'close', from: '10:30' })).toBe('close:4@10:30');
  expect(wordsOf({ ...draft, kind: 'move', from: '10:30' })).toBe('move:4:cash+loan');
  expect(wordsOf({ ...draft, kind: 'rule', counter: '' })).toBe('rule:fifo');
  expect(wordsOf({ ...draft, counter: '' })).toBeUndefined();
  expect(wordsOf({ ...draft, kind: 'move', services: [] })).toBeUndefined();
});

test('only a closed counter can be opened, and only another one closed', () => {
  const counters = [{ state: 'closed' }, { state: 'open' }, { state: 'paused' }];
  expect(candidates('open', counters)).toEqual([counters[0]]);
  expect(candidates('close', counters)).toEqual(counters.slice(1));
});

test('figures of nobody are a dash', () => {
  expect([inMinutes(null), inMinutes(90), inPercent(null), inPercent(0.796)]).toEqual(['–', '1.5', '–', '80%']);
});

const t = (key: string, parameters: Record<string, string | number> = {}) => `${key} ${Object.values(parameters).join(' ')}`.trim();

test('ages are told in minutes, then in hours', () => {
  expect([null, 20, 60, 3_599, 3_900].map((seconds) => age(seconds, t))).toEqual([
    '–', 'manager_minutes <1', 'manager_minutes 1', 'manager_minutes 59', '1:05',
  ]);
});

test('a queue is late when somebody is, and near its target before that', () => {
  const queue = { service: 'cash', lane: 'vip', target_s: 180, waiting: 2, longest_s: 100, longest: 'A1', oldest: null, late: 0, estimate: null, open: 1, counters: ['1'] };
  expect([queue, { ...queue, longest_s: 150 }, { ...queue, late: 1 }].map(judgeQueue)).toEqual(['well', 'near', 'late']);
  expect([isAbandoned(queue), isAbandoned({ ...queue, open: 0 }), isAbandoned({ ...queue, open: 0, waiting: 0 })]).toEqual([false, true, false]);
});

test('what a counter takes is read as the lobby reads it: the most telling pattern counts', () => {
  const takes = { serves: ['*/vip', 'cash'], overflow: [{ serves: '*', after_min: 8 }, { serves: 'cash/regular', after_min: 3 }] };
  const after = (service: string, lane: string) => delayOf(takes, service, lane);
  expect([after('loan', 'vip'), after('loan', 'regular'), after('cash', 'priority'), after('cash', 'regular')]).toEqual([0, 8, 0, 3]);
  expect(delayOf({ serves: ['cash'], overflow: [] }, 'loan', 'vip')).toBeUndefined();
  expect(takesWords(takes, (id) => id, (id) => id, t)).toBe('vip' + ['cash', 'manager_after manager_everything 8', 'manager_after cash · regular 3'].map((one) => `list_separator${one}`).join(''));
});

test('a table of delays becomes what the lobby is told', () => {
  expect(
    planOf([
      { service: 'cash', lane: 'vip', after: 0 },
      { service: 'cash', lane: 'regular', after: 5 },
      { service: 'loan', lane: 'vip', after: undefined },
    ]),
  ).toEqual({ serves: ['cash/vip'], overflow: [{ serves: 'cash/regular', after_min: 5 }] });
});

test('a part of a day done otherwise is worded as the lobby reads it', () => {
  const draft: PartDraft = { kind: 'open', rule: 'fifo', lane: 'vip', minutes: 5, counter: '4', services: ['cash', 'loan'], from: '', until: '' };
  const of = (change: Partial<PartDraft>) => partOf({ ...draft, ...change });
  expect([of({}), of({ from: '10:30' }), of({ from: '10:30', until: '12:00' })]).toEqual(['open:4', 'open:4@10:30', 'open:4@10:30-12:00']);
  expect([of({ kind: 'rule' }), of({ kind: 'lane' }), of({ kind: 'move' }), of({ kind: 'help' })]).toEqual([
    'rule:fifo', 'lane:vip:target=5', 'move:4:cash+loan', 'help:4:cash+loan:5',
  ]);
  expect([of({ until: '12:00' }), of({ from: '12:00', until: '10:00' }), of({ counter: '' }), of({ kind: 'lane', minutes: 0.5 })]).toEqual([
    undefined, undefined, undefined, undefined,
  ]);
  expect(openIn({ open: [1, 0, 2] })).toBe(3);
});
