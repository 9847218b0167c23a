// Everything on the glass at once: letters shrink before anybody has to scroll.

/** Steps in which letters shrink, and how far. Below it the view scrolls: then something else is wrong. */
const STEP = 0.04;
const SMALLEST = 0.56;

/** Letters of the usual size: 2.2 % of the shorter side, in a hall of any glass. Pixels. */
export function usualSize(width: number, height: number): number {
  return Math.min(Math.max(14, Math.min(0.022 * Math.min(width, height), 0.017 * Math.max(width, height))), 40);
}

/** Sets the size of the page's letters: the largest, down from `size`, at which nothing of `root` is cut. */
export function fit(root: HTMLElement, size: number): void {
  const html = document.documentElement;
  for (let scale = 1; ; scale -= STEP) {
    html.style.fontSize = `${(size * scale).toFixed(2)}px`;
    if (scale - STEP < SMALLEST || !isCut(root)) return;
  }
}

function isCut(root: HTMLElement): boolean {
  return [root, ...root.querySelectorAll('[data-fit]')].some(
    (part) => part.scrollHeight > part.clientHeight + 1 || part.scrollWidth > part.clientWidth + 1,
  );
}
