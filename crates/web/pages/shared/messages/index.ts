// Words by key and language. A key that lacks a language fails the build.
import { all } from './words/index.ts';
import { traditional } from 'virtual:traditional';

export type MessageKey = keyof typeof all;
export type Language = 'zh-CN' | 'zh-Hant' | 'en';
export type Parameters = Record<string, string | number>;
export type Translate = (key: MessageKey, parameters?: Parameters) => string;

export const languages: readonly Language[] = ['zh-CN', 'zh-Hant', 'en'];

/** The language of ours that `tag` (BCP 47) means, or `undefined`. */
export function known(tag: string | undefined | null): Language | undefined {
  const short = tag?.toLowerCase() ?? '';
  if (/^(yue|zh-(hant|hk|tw|mo))/.test(short)) return 'zh-Hant';
  if (short.startsWith('zh')) return 'zh-CN';
  return short.startsWith('en') ? 'en' : undefined;
}

/** Those of `tags` that we speak, in their order, each once; all of ours when there is none. */
export function offeredOf(tags: readonly string[]): readonly Language[] {
  const spoken = tags.map(known).filter((language) => language !== undefined);
  return spoken.length > 0 ? [...new Set(spoken)] : languages;
}

/** The sentence of `key` with its holes open. */
export function sentence(language: Language, key: MessageKey): string {
  const [simplified, english] = all[key];
  if (language === 'en') return english;
  return language === 'zh-CN' ? simplified : (traditional[key] ?? simplified);
}

/** Says `key` in `language`, with `{name}` replaced by the parameter of that name. */
export function say(language: Language, key: MessageKey, parameters: Parameters = {}): string {
  return sentence(language, key).replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}

/** True for keys such as `device_paper_out` that are put together from what the lobby says. */
export function isKey(key: string): key is MessageKey {
  return Object.hasOwn(all, key);
}

/** The word for what the lobby calls `id`, by a key such as `state_waiting`; the id itself where there is none. */
export function wordOf(t: Translate, prefix: string, id: string): string {
  const key = `${prefix}_${id}`;
  return isKey(key) ? t(key) : id;
}
