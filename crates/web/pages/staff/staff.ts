// People, tokens and what was done to them, as the lobby tells those who manage them.
import { ask, Problem, type Role } from '../shared/api.ts';
import { isKey, type Translate } from '../shared/messages/index.ts';
import { insist } from '../shared/retry.ts';

export interface StaffMember {
  number: string;
  name: string;
  roles: Role[];
  stars: number;
  secret: 'pin' | 'password';
  disabled: boolean;
  created_at: string;
  signed_in_at: string | null;
}

export interface Token {
  kind: 'token' | 'page';
  role: Role;
  name: string;
  created_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}

export interface AuditEntry {
  seq: number;
  at: string;
  act: string;
  who: string;
  place: string;
  about: string;
  detail: string;
}

export interface Enrolment {
  code: string;
  until: string;
  path: string;
}

/** Roles of people, and those that only devices have. */
export const PEOPLE: readonly Role[] = ['clerk', 'greeter', 'manager', 'engineer', 'hq'];
export const DEVICES: readonly Role[] = ['kiosk', 'screen', 'desk'];

/** What somebody who is `by` may give; the lobby decides, the page does not offer in vain. */
export function grantable(by: Role, roles: readonly Role[]): Role[] {
  return roles.filter((role) => by === 'engineer' || !['engineer', 'hq'].includes(role));
}

/** The first role of those who manage staff for which somebody is signed in here. */
export async function managing(): Promise<Role | undefined> {
  for (const role of ['manager', 'engineer'] as const) {
    try {
      await ask('/api/v1/session', { role });
      return role;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }
  return undefined;
}

/** Sends an act on the accounts until the lobby answers. */
export function act<T>(role: Role, path: string, body: unknown = {}): Promise<T> {
  return insist<T>(`/api/v1/${path}`, { role, body }, { giveUpMs: 12_000 });
}

/** `role_clerk` and the like in words; what has none stands as it is. */
export function word(t: Translate, prefix: string, id: string): string {
  const key = `${prefix}_${id}`;
  return isKey(key) ? t(key) : id;
}

/** `2026-11-29 14:05` in the device's own time. */
export function moment(at: string | null): string {
  if (!at) return '';
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
