// One way to talk to the lobby: JSON, the page's role, a time limit, and errors that a page can tell apart.

export type Role = 'kiosk' | 'screen' | 'desk' | 'clerk' | 'greeter' | 'manager' | 'engineer' | 'hq';

/** The lobby answered, and refused. `detail` is a sentence for people; `code` is stable. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    /** Seconds after which the same wish may be granted, where the lobby says so. */
    readonly waitS?: number,
  ) {
    super(detail);
  }
}

/** No answer, or none that a lobby gives: whether the wish was carried out is unknown. */
export class Unreachable extends Error {}

export interface Wish {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  role?: Role;
  body?: unknown;
  /** `Idempotency-Key`: the same key twice is one fact and the same answer. */
  key?: string;
  timeoutMs?: number;
  /** Gives up when this says so: the lobby sees that nobody waits any more. */
  signal?: AbortSignal;
}

const DEFAULT_TIMEOUT_MS = 5_000;

/**
 * Asks the lobby for `path` and returns its JSON.
 *
 * @throws {Problem} the lobby refused
 * @throws {Unreachable} network, time limit, or an answer that is no JSON
 */
export async function ask<T>(path: string, wish: Wish = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (wish.role) headers['X-Role'] = wish.role;
  if (wish.key) headers['Idempotency-Key'] = wish.key;
  if (wish.body !== undefined) headers['Content-Type'] = 'application/json';

  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), wish.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const give = () => stop.abort();
  wish.signal?.addEventListener('abort', give);
  try {
    if (wish.signal?.aborted) give();
    const response = await fetch(path, {
      method: wish.method ?? 'GET',
      headers,
      body: wish.body === undefined ? null : JSON.stringify(wish.body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: stop.signal,
    });
    const text = await response.text();
    if (!response.ok) throw problemFrom(response.status, text);
    return JSON.parse(text) as T;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Unreachable(error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(limit);
    wish.signal?.removeEventListener('abort', give);
  }
}

/** Reads an RFC 9457 problem. A proxy's own error page becomes a problem without words. */
function problemFrom(status: number, text: string): Problem {
  try {
    const body = JSON.parse(text) as { code?: unknown; detail?: unknown; title?: unknown; wait_s?: unknown };
    const detail = [body.detail, body.title].find((words) => typeof words === 'string');
    const code = typeof body.code === 'string' ? body.code : '';
    return new Problem(status, code, String(detail ?? ''), typeof body.wait_s === 'number' ? body.wait_s : undefined);
  } catch {
    return new Problem(status, '', '');
  }
}
