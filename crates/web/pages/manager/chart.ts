// Geometry of a small chart: minutes over time, in the units of an SVG's viewBox.

export interface Frame {
  width: number;
  height: number;
  /** Room for the words at the left and below. */
  left: number;
  bottom: number;
  top: number;
}

/** Steps that a scale of minutes may have. */
const NICE = [1, 2, 5, 10, 15, 30, 60, 120];

/** Values of the lines across: at most five, from 0 to at least `most`. */
export function ticks(most: number): number[] {
  const step = NICE.find((one) => most / one <= 4) ?? Math.ceil(most / 240) * 60;
  const count = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: count + 1 }, (_, n) => n * step);
}

export function yOf(value: number, top: number, frame: Frame): number {
  const height = frame.height - frame.top - frame.bottom;
  return frame.top + height * (1 - Math.min(value, top) / top);
}

/** Where step `n` of `count` begins, its ends at the edges. */
export function xOf(n: number, count: number, frame: Frame): number {
  return frame.left + ((frame.width - frame.left) * n) / Math.max(1, count - 1);
}

/** A line through all values, broken where there is none; a value alone is a dot (with round caps). */
export function path(values: readonly (number | null)[], top: number, frame: Frame): string {
  const isThere = (n: number) => values[n] !== null && values[n] !== undefined;
  return values
    .map((value, n) => {
      if (value === null) return '';
      const place = `${xOf(n, values.length, frame).toFixed(1)} ${yOf(value, top, frame).toFixed(1)}`;
      if (isThere(n - 1)) return `L${place}`;
      return isThere(n + 1) ? `M${place}` : `M${place}h0`;
    })
    .join('');
}
