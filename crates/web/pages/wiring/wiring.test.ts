import { expect, test } from 'vitest';
import { say, type MessageKey, type Parameters } from '../shared/messages/index.ts';
import { keyWords, left, rhythm, type Line } from './lines.ts';

const zh = (key: MessageKey, parameters?: Parameters) => say('zh-CN', key, parameters);

const line = (walk: boolean): Line => ({
  line: 'desks', port: 'desks', profile: 'desk-modbus', speed: '115200 8N1',
  walk: walk ? { by: 'engineer:demo', since: '', until: '', ticked: 1, keys: 2 } : null,
  units: [{
    unit: 1, counter: '1', walking: walk, complete: false, walked_at: null, walked_by: null,
    keys: [{ key: 'next', ticked: true }, { key: '7', ticked: false }], others: [],
  }],
});

test('keys have the words that stand on them', () => {
  expect(['next', 'no-show', '7', 'ok', 'rate-5', 'call-back', '#77'].map((key) => keyWords(key, zh))).toEqual([
    '下一位', '过号', '7', '确认', '评价5', '调回', '#77',
  ]);
});

test('a walk is followed closely, and what is missing is counted', () => {
  expect([rhythm([line(false)]), rhythm([line(false), line(true)])]).toEqual([3_000, 300]);
  expect(left(line(true).units[0]!)).toBe(1);
});
