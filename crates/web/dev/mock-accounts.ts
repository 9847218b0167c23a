// Staff, tokens and what was done to them, for looking at their pages; acts change nothing.
import type { IncomingMessage } from 'node:http';

const at = '2026-11-29T01:02:03.000Z';

const staff = [
  { number: '1001', name: '李娜', roles: ['clerk', 'greeter'], stars: 4, secret: 'pin', disabled: false },
  { number: '1002', name: 'Bartholomew Featherstonehaugh', roles: ['clerk'], stars: 5, secret: 'pin', disabled: true },
  { number: '2001', name: '王芳', roles: ['manager'], stars: 0, secret: 'password', disabled: false },
].map((one) => ({ ...one, created_at: at, signed_in_at: one.disabled ? null : at }));

const tokens = [
  { kind: 'page', role: 'screen', name: 'lobby', created_at: at, last_used_at: at, revoked_at: null },
  { kind: 'token', role: 'kiosk', name: 'k1', created_at: at, last_used_at: null, revoked_at: at },
];

const audit = [
  { seq: 2, at, act: 'signin_failed', who: '', place: 'desk:pc-1', about: '1001', detail: 'wrong' },
  { seq: 1, at, act: 'staff_added', who: 'manager:2001', place: 'network:10.0.0.7', about: '1001', detail: 'clerk' },
];

/** The answer to a question about accounts, if it is one. */
export function accounts(request: IncomingMessage, path: string): unknown {
  if (request.method !== 'GET') return undefined;
  switch (path) {
    case '/api/v1/session': {
      const role = request.headers['x-role'];
      return { session: { role, name: 'demo', kind: 'demo', staff: null, since: null, until: null, idle_s: null } };
    }
    case '/api/v1/staff':
      return { staff };
    case '/api/v1/tokens':
      return { tokens };
    case '/api/v1/audit':
      return { audit, next: null };
    default:
      return undefined;
  }
}
