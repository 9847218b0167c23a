import { expect, test } from 'vitest';
import { say, type Language, type Translate } from '../shared/messages/index.ts';
import { countName, groups, lasted, rank, summary, total, type Device } from './devices.ts';

const device = (id: string, kind: string, state: string, via: string | null = null): Device => ({
  id,
  kind,
  state,
  since: '2026-11-22T02:00:00Z',
  cause: null,
  remedy: null,
  texts: {},
  via,
  last_contact: null,
  traffic: {},
  errors: {},
});
const words = (language: Language): Translate => (key, parameters) => say(language, key, parameters);

test('the worst kind stands first, and in it the worst device', () => {
  const all = [
    device('desk-10', 'desk', 'ok', 'line-desks'),
    device('desk-2', 'desk', 'ok', 'line-desks'),
    device('desk-3', 'desk', 'offline', 'line-desks'),
    device('kiosk-1', 'printer', 'paper_low'),
    device('line-desks', 'line', 'ok'),
    device('voice-main', 'voice', 'starting'),
  ];
  const found = groups(all).map((group) => group.devices.map(({ device }) => device.id));
  expect(found).toEqual([['desk-3', 'desk-2', 'desk-10'], ['kiosk-1'], ['voice-main'], ['line-desks']]);
  expect(summary(all)).toEqual({ total: 6, bad: 2, starting: 1, well: 3 });
});

test('units behind a line that is gone wait for it, and only the line needs a hand', () => {
  const all = [
    device('desk-1', 'desk', 'offline', 'line-desks'),
    device('desk-2', 'desk', 'offline', 'line-desks'),
    device('line-desks', 'line', 'unplugged'),
    device('kiosk-2', 'printer', 'silent'),
  ];
  expect(all.map((device) => rank(device, all))).toEqual(['behind', 'behind', 'bad', 'warn']);
  expect(summary(all)).toEqual({ total: 4, bad: 1, starting: 0, well: 0 });
  const [line] = groups(all);
  expect(line!.kind).toBe('line');
});

test('how long something lasts is told in two units at most', () => {
  const ms = (hours: number, minutes: number, seconds: number) => ((hours * 60 + minutes) * 60 + seconds) * 1_000;
  expect(lasted(-5, words('en'))).toBe('0 s');
  expect(lasted(ms(0, 0, 59), words('en'))).toBe('59 s');
  expect(lasted(ms(0, 61, 0), words('zh-CN'))).toBe('1 小时 1 分');
  expect(lasted(ms(49, 0, 0), words('en'))).toBe('2 d 1 h');
});

test('counts have names, and one of a newer lobby keeps its own', () => {
  expect(total({ garbled: 2, late: 3 })).toBe(5);
  expect(countName('garbled', words('zh-CN'))).toBe('损坏的数据');
  expect(countName('sparks', words('zh-CN'))).toBe('sparks');
});
