// What somebody types or scans, as what it means. Pure.
import { tokenOf } from '../shared/format.ts';

export type Sought = { kind: 'number'; number: string } | { kind: 'code'; code: string } | { kind: 'token'; token: string };

/** A number is one or two letters and up to four digits; a link is that of a ticket; everything else may be a booking. */
export function meant(text: string): Sought | undefined {
  const said = text.trim();
  if (!said) return undefined;
  const token = tokenOf(pathOf(said));
  if (token) return { kind: 'token', token };
  if (/^[A-Za-z]{1,2}[\s-]?\d{1,4}$/.test(said)) return { kind: 'number', number: said.replace(/[\s-]/g, '') };
  if (/^[A-Za-z0-9-]{1,32}$/.test(said)) return { kind: 'code', code: said };
  return undefined;
}

function pathOf(text: string): string {
  try {
    return new URL(text).pathname;
  } catch {
    return text; // no address at all
  }
}
