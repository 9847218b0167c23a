// Contrast of the tokens, measured as WCAG 2.1 says it.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** Red, green and blue of a token in one of the two schemes, 0 to 1. */
function colour(token: string, dark: boolean): number[] {
  const both = new RegExp(`--${token}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css);
  const one = new RegExp(`--${token}: (#\\w{6});`).exec(css);
  const hex = both?.[dark ? 2 : 1] ?? one?.[1];
  if (!hex) throw new Error(`tokens.css has no colour --${token}`);
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
}

function luminance(rgb: number[]): number {
  const [red, green, blue] = rgb.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(front: string, back: string, dark: boolean): number {
  const [low, high] = [luminance(colour(front, dark)), luminance(colour(back, dark))].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

/** [words, their grounds, least contrast] */
const PAIRS: [string, string[], number][] = [
  ['ink', ['ground', 'sheet', 'raised', 'field', 'brand-pale', 'good-pale', 'warn-pale', 'bad-pale', 'idle-pale'], 7],
  ['soft', ['ground', 'sheet', 'raised'], 7],
  ['brand', ['ground', 'sheet', 'raised', 'brand-pale'], 7],
  ['brand-deep', ['ground', 'sheet', 'brand-pale'], 7],
  ['on-brand', ['brand', 'brand-hover'], 7],
  ['on-bar', ['bar'], 7],
  ['on-bar-soft', ['bar'], 7],
  ['good', ['ground', 'sheet', 'raised', 'good-pale'], 7],
  ['warn', ['ground', 'sheet', 'raised', 'warn-pale'], 7],
  ['bad', ['ground', 'sheet', 'raised', 'bad-pale'], 7],
  ['idle', ['ground', 'sheet', 'raised', 'idle-pale'], 7],
  ['on-eye', ['eye'], 7],
  ['faint', ['ground', 'sheet'], 4.5],
  ['strong-line', ['ground', 'sheet', 'raised', 'field'], 3],
];

for (const dark of [false, true]) {
  test(`tokens keep their contrast in ${dark ? 'dark' : 'light'}`, () => {
    const low = PAIRS.flatMap(([front, grounds, least]) =>
      grounds
        .map((back) => ({ pair: `${front} on ${back}`, is: contrast(front, back, dark), least }))
        .filter(({ is }) => is < least),
    );
    expect(low).toEqual([]);
  });
}
