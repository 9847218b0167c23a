// Words by key and language. A key that a language lacks, or has too many, fails the build.
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

export type MessageKey = keyof typeof zh;
export type Language = 'zh-CN' | 'en';
export type Parameters = Record<string, string | number>;
export type Translate = (key: MessageKey, parameters?: Parameters) => string;

export const messages: Record<Language, Record<MessageKey, string>> = { 'zh-CN': zh, en };
export const languages: readonly Language[] = ['zh-CN', 'en'];

/** The language of ours that `tag` (BCP 47) means, or `undefined`. */
export function known(tag: string | undefined | null): Language | undefined {
  const short = tag?.toLowerCase() ?? '';
  if (short.startsWith('zh')) return 'zh-CN';
  return short.startsWith('en') ? 'en' : undefined;
}

/** Says `key` in `language`, with `{name}` replaced by the parameter of that name. */
export function say(language: Language, key: MessageKey, parameters: Parameters = {}): string {
  return messages[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}

/** True for keys such as `device_paper_out` that are put together from what the lobby says. */
export function isKey(key: string): key is MessageKey {
  return Object.hasOwn(zh, key);
}
