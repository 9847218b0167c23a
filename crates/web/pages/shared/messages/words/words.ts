// How a page's words are written: each key with its sentence in every language side by side, so that none is forgotten.

/**
 * Simplified Chinese, English, and Traditional Chinese only where turning the first into it by table
 * (build/traditional.ts) is wrong. `{name}` is a hole that the page fills.
 */
export type Words = readonly [simplified: string, english: string, traditional?: string];

/** Checks the shape and keeps the keys. */
export function words<const K extends string>(all: Record<K, Words>): Record<K, Words> {
  return all;
}
