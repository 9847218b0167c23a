import { expect, test } from 'vitest';
import { homeOf, needsSignIn, ownPath, signInPath } from './session.ts';
import { Problem } from './api.ts';

test('one comes back to paths of this lobby only', () => {
  const own = (back: string | null) => ownPath(back, 'http://10.0.0.7:8700');
  expect(own('/counter?counter=1')).toBe('/counter?counter=1');
  expect(own('/manager#report')).toBe('/manager');
  const foreign = [null, '', 'counter', '//evil.example/x', '/\\evil.example', 'http://evil.example/', 'javascript:alert(1)', '/\t/evil.example'];
  expect(foreign.map(own)).toEqual(foreign.map(() => undefined));
});

test('the way to the sign-in and back keeps the counter', () => {
  const path = signInPath('clerk', '/counter?counter=1');
  const query = new URL(path, 'http://here').searchParams;
  expect([query.get('role'), query.get('back')]).toEqual(['clerk', '/counter?counter=1']);
  expect(homeOf('greeter')).toBe('/greeter');
});

test('only refusals of the caller ask for a sign-in', () => {
  const of = (status: number) => needsSignIn(new Problem(status, '', ''));
  expect([401, 403, 404, 409, 500].map(of)).toEqual([true, true, false, false, false]);
  expect(needsSignIn(new Error('no network'))).toBe(false);
});
