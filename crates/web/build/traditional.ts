// Traditional Chinese as Hong Kong reads it, made of the Simplified words when the pages are built.
//
// OpenCC's table knows which sign a word takes; the words that halls say otherwise stand here. A sentence for which
// both are wrong carries its own Traditional form as the third text of its key.
import * as OpenCC from 'opencc-js/cn2t';
import type { Plugin } from 'vite';
import { all } from '../pages/shared/messages/words/index.ts';
import { refusals } from '../pages/shared/messages/words/refusals.ts';
import type { Words } from '../pages/shared/messages/words/words.ts';

/** What a hall in Hong Kong says otherwise; on the left as OpenCC writes it. */
const HALL: [string, string][] = [
  ['號窗口', '號櫃位'],
  ['窗口', '櫃位'],
  ['打印', '列印'],
  ['屏幕', '螢幕'],
  ['大屏', '大螢幕'],
  ['短信', '短訊'],
  ['信息', '資訊'],
  ['賬號', '帳戶'],
  ['登錄', '登入'],
];

const ID = 'virtual:traditional';

const signs = OpenCC.Converter({ from: 'cn', to: 'hk' });
const hall = OpenCC.CustomConverter(HALL);

const convert = (simplified: string) => hall(signs(simplified));

function mapped<T>(all: Readonly<Record<string, T>>, words: (of: T) => string): string {
  return JSON.stringify(Object.fromEntries(Object.entries(all).map(([key, of]) => [key, words(of)])));
}

/** Gives pages `virtual:traditional`. */
export function traditionalWords(): Plugin {
  const resolved = `\0${ID}`;
  return {
    name: 'now-serving:traditional',
    resolveId: (id) => (id === ID ? resolved : undefined),
    load(id) {
      if (id !== resolved) return undefined;
      const sentences = mapped<Words>(all, ([simplified, , own]) => own ?? convert(simplified));
      return `export const traditional = ${sentences};\nexport const traditionalRefusals = ${mapped(refusals, convert)};`;
    },
  };
}
