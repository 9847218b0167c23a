// Which language a page opens in, and remembering the choice of somebody who uses it every day.
import { known, type Language } from './messages/index.ts';

const KEY = 'ns-language';

/** The remembered choice, else the browser's language, else Chinese. */
export function preferred(): Language {
  return known(read()) ?? navigator.languages.map(known).find(Boolean) ?? 'zh-CN';
}

export function remember(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Storage may be forbidden; then the choice lasts as long as the page.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
