// The last word of the lobby about a number, for as long as the page's tab lives: a phone that wakes up in a cellar
// shows what it knew, and says that it is old.

const KEY = 'ns-track-';

/** What was kept for a link, or nothing. */
export function remembered<T>(token: string): T | undefined {
  try {
    const text = sessionStorage.getItem(KEY + token);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined; // storage may be forbidden, or hold something else
  }
}

export function keep(token: string, value: unknown): void {
  try {
    sessionStorage.setItem(KEY + token, JSON.stringify(value));
  } catch {
    // Then the page knows as much as it is told.
  }
}

export function forget(token: string): void {
  try {
    sessionStorage.removeItem(KEY + token);
  } catch {
    // As above.
  }
}
