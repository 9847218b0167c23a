import { expect, test } from 'vitest';
import { isKey, known, languages, offeredOf, say, sentence, type MessageKey } from './index.ts';
import { all, groups } from './words/index.ts';

const holes = (words: string) => (words.match(/\{\w+\}/g) ?? []).sort();
const keys = Object.keys(all) as MessageKey[];

test('every sentence has the same holes in every language', () => {
  for (const key of keys) {
    for (const language of languages) expect(holes(sentence(language, key)), key).toEqual(holes(all[key][0]));
  }
});

test('no key stands in two files', () => {
  expect(groups.flatMap(Object.keys).length).toBe(keys.length);
});

test('Chinese sentences use Chinese punctuation', () => {
  const half = /[\u4e00-\u9fff][,:?!;()]|[,:?!;()][\u4e00-\u9fff]/;
  expect(keys.filter((key) => half.test(all[key][0]) || half.test(sentence('zh-Hant', key)))).toEqual([]);
});

test('Traditional Chinese is derived by word, not by sign, and by hand where the table is wrong', () => {
  expect(say('zh-Hant', 'counter_n', { counter: '3' })).toBe('3 號櫃位');
  expect(say('zh-Hant', 'loading')).toBe('正在加載…');
});

test('holes are filled, and one that nobody fills stays visible', () => {
  expect(say('en', 'counter_n', { counter: '3' })).toBe('Counter 3');
  expect(say('zh-CN', 'counter_n')).toBe('{counter} 号窗口');
  expect(isKey('constructor')).toBe(false);
});

test('language tags of browsers and lobbies are understood', () => {
  const tags = ['zh', 'zh-CN', 'zh-Hans-CN', 'zh-Hant', 'zh-HK', 'zh-TW', 'yue', 'en-GB', 'EN', 'de', ''];
  expect(tags.map(known)).toEqual([
    'zh-CN', 'zh-CN', 'zh-CN', 'zh-Hant', 'zh-Hant', 'zh-Hant', 'zh-Hant', 'en', 'en', undefined, undefined,
  ]);
});

test('a branch offers the languages that we speak, in its order, each once', () => {
  expect(offeredOf(['yue', 'zh-Hant', 'en', 'ug'])).toEqual(['zh-Hant', 'en']);
  expect(offeredOf(['ug'])).toEqual(languages);
});
