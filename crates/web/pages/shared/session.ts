// Who works at this page: asked of the lobby, which alone decides what they may do.
//
// A page shows `<Session {role} {language} {t} />` in its header and, in place of what a 401 or 403 kept away,
// `<SignIn {role} {t} />`. A page that knows its counter gives `counter`, and the clerk is named there.
import { ask, Problem, type Role } from './api.ts';
import { insist } from './retry.ts';
import type { CounterAnswer } from './types.ts';

/** As `GET /api/v1/session` says it. */
export interface SessionView {
  role: Role;
  /** Staff number, or the name of the device. */
  name: string;
  /** `demo` is the built-in credential of a demo, `device` a token or an enrolled page. */
  kind: 'person' | 'device' | 'demo';
  staff: { number: string; stars: number; roles: Role[] } | null;
  since: string | null;
  until: string | null;
  /** Seconds without a press after which it ends. */
  idle_s: number | null;
}

export interface SignInWish {
  staff: string;
  secret: string;
  /** Without it one is signed in for everything that one may do. */
  role?: Role;
}

/** How long a wish goes on when the lobby does not answer. */
const PATIENCE = { giveUpMs: 12_000 };
/** The lobby is told of presses so often at most. */
const ACTIVE_EVERY_MS = 60_000;

/** Where each role works. */
const HOME: Readonly<Record<Role, string>> = {
  kiosk: '/kiosk',
  screen: '/screen',
  desk: '/counter',
  clerk: '/counter',
  greeter: '/greeter',
  manager: '/manager',
  engineer: '/devices',
  hq: '/manager',
};

export function homeOf(role: Role): string {
  return HOME[role];
}

/** True for an answer that only a sign-in, or another one, changes. */
export function needsSignIn(error: unknown): error is Problem {
  return error instanceof Problem && [401, 403].includes(error.status);
}

/** Who is signed in for `role` on this device; nobody is `undefined`. */
export async function whoIs(role: Role): Promise<SessionView | undefined> {
  try {
    return (await ask<{ session: SessionView }>('/api/v1/session', { role })).session;
  } catch (error) {
    if (needsSignIn(error)) return undefined;
    throw error;
  }
}

/** The address of the sign-in page, from which one comes back to this one. */
export function signInPath(role: Role, back = location.pathname + location.search): string {
  return `/signin?${new URLSearchParams({ role, back }).toString()}`;
}

/** `back` where it is a path of this very lobby, else nothing. */
export function ownPath(back: string | null, origin = location.origin): string | undefined {
  if (!back?.startsWith('/')) return undefined;
  try {
    const address = new URL(back, origin);
    return address.origin === origin ? address.pathname + address.search : undefined;
  } catch {
    return undefined;
  }
}

/** Signs in; the lobby sets the cookie. */
export async function signIn(wish: SignInWish): Promise<SessionView> {
  return (await insist<{ session: SessionView }>('/api/v1/signin', { body: wish }, PATIENCE)).session;
}

/** Signs whoever is there out, from everything on this device. */
export async function signOut(role: Role): Promise<void> {
  await insist('/api/v1/signout', { role }, PATIENCE);
}

/** Names whoever is signed in at `counter`. `from` is whom they take it over from, which somebody has confirmed. */
export function nameClerk(counter: string, from?: string): Promise<CounterAnswer> {
  const body = from === undefined ? {} : { from };
  return insist<CounterAnswer>(`${counterPath(counter)}/clerk`, { role: 'clerk', body }, PATIENCE);
}

/** Who is named at `counter`, and since when. */
export async function clerkAt(counter: string): Promise<{ staff: string; since: string | null } | undefined> {
  const { staff, staff_since: since } = (await ask<CounterAnswer>(counterPath(counter), { role: 'clerk' })).counter;
  return staff === null ? undefined : { staff, since: since ?? null };
}

function counterPath(counter: string): string {
  return `/api/v1/counters/${encodeURIComponent(counter)}`;
}

/** Tells the lobby that somebody works here, so that reading alone does not count as idle. Ends with the answer. */
export function stayActive(role: Role, ended: () => void): () => void {
  let told = Date.now();
  const tell = () => {
    if (Date.now() - told < ACTIVE_EVERY_MS) return;
    told = Date.now();
    insist('/api/v1/session/active', { role }, PATIENCE).catch((error: unknown) => {
      if (needsSignIn(error)) ended();
      else console.warn('the lobby could not be told that somebody works here', error);
    });
  };
  addEventListener('pointerdown', tell);
  addEventListener('keydown', tell);
  return () => {
    removeEventListener('pointerdown', tell);
    removeEventListener('keydown', tell);
  };
}
