import { expect, test } from 'vitest';
import { en } from './en.ts';
import { known, say, type MessageKey } from './index.ts';
import { zh } from './zh-CN.ts';

const holes = (words: string) => (words.match(/\{\w+\}/g) ?? []).sort();

test('every sentence has the same holes in every language', () => {
  for (const key of Object.keys(zh) as MessageKey[]) {
    expect(holes(en[key]), key).toEqual(holes(zh[key]));
  }
});

test('Chinese sentences use Chinese punctuation', () => {
  const wrong = Object.entries(zh).filter(([, words]) => /[\u4e00-\u9fff][,:?!;()]|[,:?!;()][\u4e00-\u9fff]/.test(words));
  expect(wrong).toEqual([]);
});

test('holes are filled, and one that nobody fills stays visible', () => {
  expect(say('en', 'counter_n', { counter: '3' })).toBe('Counter 3');
  expect(say('zh-CN', 'counter_n')).toBe('{counter} 号窗口');
});

test('language tags of browsers and lobbies are understood', () => {
  expect(['zh', 'zh-CN', 'zh-Hans-CN', 'en-GB', 'EN', 'de', ''].map(known)).toEqual([
    'zh-CN', 'zh-CN', 'zh-CN', 'en', 'en', undefined, undefined,
  ]);
});
